import { Controller, Get, Req, Res, UseFilters } from '@nestjs/common';
import { ApiSecurity, ApiTags } from '@nestjs/swagger';
import { type Response } from 'express';
import { type KeyedRequest } from '../auth/keyed-request.js';
import { type EventType } from '../events/event.js';
import { GifWithStatusFilter } from './answers/gif.filter.js';
import { Collector } from './collector.js';
import { ApiParameter, ApiRudderPixel } from './docs/pixel-docs.js';
import { sendGif } from './pixel/gif.js';
import { Transport } from './transport.js';

/** Calls from places where only an image can be loaded, as RudderStack has them (WIRE 5). */
@ApiTags('RudderStack pixel')
@ApiSecurity('writeKeyQuery')
@Controller('pixel/v1')
@Transport('pixel')
@UseFilters(GifWithStatusFilter)
export class RudderPixelController {
  constructor(private readonly collector: Collector) {}

  /**
   * Record a page view, by an image
   * @remarks Dots in the names of parameters mean nesting. Further `properties.{key}` and `context.{key}` are taken too.
   */
  @Get('page')
  @ApiParameter('name', 'Name of the page.', 'Home Page')
  @ApiRudderPixel()
  page(@Req() request: KeyedRequest, @Res() response: Response): Promise<void> {
    return this.accept(request, 'page', response);
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
  track(@Req() request: KeyedRequest, @Res() response: Response): Promise<void> {
    return this.accept(request, 'track', response);
  }

  private async accept(request: KeyedRequest, kind: EventType, response: Response): Promise<void> {
    await this.collector.accept(request, kind);
    sendGif(response);
  }
}
