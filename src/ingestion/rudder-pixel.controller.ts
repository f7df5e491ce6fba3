import { Controller, Get, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiSecurity, ApiTags } from '@nestjs/swagger';
import { type Response } from 'express';
import { WriteKeyGuard } from '../auth/write-key.guard.js';
import { EventPublisher } from '../destinations/publisher.js';
import { type NormalizedCall } from '../events/call.js';
import { NormalizationPipe } from '../normalization/normalization.pipe.js';
import { GifWithStatusFilter } from './answers/gif.filter.js';
import { ApiParameter, ApiRudderPixel } from './docs/pixel-docs.js';
import { Incoming } from './edge/incoming.js';
import { sendGif } from './pixel/gif.js';

/** Calls from places where only an image can be loaded, as RudderStack has them (WIRE 5). */
@ApiTags('RudderStack pixel')
@ApiSecurity('writeKeyQuery')
@Controller('pixel/v1')
@UseGuards(WriteKeyGuard)
@UseFilters(GifWithStatusFilter)
export class RudderPixelController {
  constructor(private readonly publisher: EventPublisher) {}

  /**
   * Record a page view, by an image
   * @remarks Dots in the names of parameters mean nesting. Further `properties.{key}` and `context.{key}` are taken too.
   */
  @Get('page')
  @ApiParameter('name', 'Name of the page.', 'Home Page')
  @ApiRudderPixel()
  async page(@Incoming('page', NormalizationPipe) call: NormalizedCall, @Res() response: Response) {
    await this.publisher.publish(call);
    if (call.refusal) throw call.refusal;
    sendGif(response);
  }

  /**
   * Record what a user did, by an image
   * @remarks Dots in the names of parameters mean nesting. Further `properties.{key}` and `context.{key}` are taken too.
   */
  @Get('track')
  @ApiParameter('event', 'Name of what was done.', 'Product Viewed', true)
  @ApiParameter('name', 'Name of the page it was done on.')
  @ApiParameter('properties.revenue', 'A property of the event; any other name works too.', '29.99')
  @ApiRudderPixel()
  async track(@Incoming('track', NormalizationPipe) call: NormalizedCall, @Res() response: Response) {
    await this.publisher.publish(call);
    if (call.refusal) throw call.refusal;
    sendGif(response);
  }
}
