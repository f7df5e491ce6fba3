import { Controller, Get, Res, UseFilters } from '@nestjs/common';
import { ApiSecurity, ApiTags } from '@nestjs/swagger';
import { type Response } from 'express';
import { type NormalizedCall } from '../../events/call.js';
import { NormalizationPipe } from '../../normalization/normalization.pipe.js';
import { GifWithStatusFilter } from '../answers/gif.filter.js';
import { Collector } from '../collector.js';
import { Incoming } from '../edge/incoming.js';
import { ApiParameter, ApiRudderPixel } from '../docs/pixel-docs.js';
import { sendGif } from '../pixel/gif.js';
import { Transport } from '../transport.js';

/** RudderStack's pixels, for places that can load only an image (WIRE 5). */
@ApiTags('RudderStack pixel')
@ApiSecurity('writeKeyQuery')
@Controller('pixel/v1')
@Transport('pixel')
@UseFilters(GifWithStatusFilter)
export class RudderPixelController {
  constructor(private readonly collector: Collector) {}

  /**
   * Record a page view by an image
   * @remarks A dot in the name of a parameter means nesting. Other `properties.{key}` and `context.{key}` parameters work too.
   */
  @Get('page')
  @ApiParameter('name', 'Name of the page.', 'Home Page')
  @ApiRudderPixel()
  page(@Incoming('page', NormalizationPipe) call: NormalizedCall, @Res() response: Response): Promise<void> {
    return this.accept(call, response);
  }

  /**
   * Track an action by an image
   * @remarks A dot in the name of a parameter means nesting. Other `properties.{key}` and `context.{key}` parameters work too.
   */
  @Get('track')
  @ApiParameter('event', 'Name of the action.', 'Product Viewed', true)
  @ApiParameter('name', 'Name of the page of the action.')
  @ApiParameter('properties.revenue', 'A property of the event; other names work too.', '29.99')
  @ApiRudderPixel()
  track(
    @Incoming('track', NormalizationPipe) call: NormalizedCall,
    @Res() response: Response,
  ): Promise<void> {
    return this.accept(call, response);
  }

  private async accept(call: NormalizedCall, response: Response): Promise<void> {
    await this.collector.accept(call);
    sendGif(response);
  }
}
