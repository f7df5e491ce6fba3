import { Controller, Get, Res, UseFilters } from '@nestjs/common';
import { ApiSecurity, ApiTags } from '@nestjs/swagger';
import { type Response } from 'express';
import { type NormalizedCall } from '../../events/call.js';
import { NormalizationPipe } from '../../normalization/normalization.pipe.js';
import { AlwaysGifFilter } from '../answers/gif.filter.js';
import { Collector } from '../collector.js';
import { Incoming } from '../edge/incoming.js';
import { ApiSegmentPixel } from '../docs/pixel-docs.js';
import { sendGif } from '../pixel/gif.js';
import { Transport } from '../transport.js';

/** Segment's pixels, for places that can load only an image (WIRE 4). */
@ApiTags('Segment pixel')
@ApiSecurity('writeKeyQuery')
@Controller('v1/pixel')
@Transport('pixel')
@UseFilters(AlwaysGifFilter)
export class SegmentPixelController {
  constructor(private readonly collector: Collector) {}

  /** Identify a user by an image */
  @Get('identify')
  @ApiSegmentPixel({ userId: 'user-1', traits: { plan: 'pro' } })
  identify(
    @Incoming('identify', NormalizationPipe) call: NormalizedCall,
    @Res() response: Response,
  ): Promise<void> {
    return this.accept(call, response);
  }

  /**
   * Track an action by an image
   * @remarks For example the opening of a mail.
   */
  @Get('track')
  @ApiSegmentPixel({ userId: 'user-1', event: 'Email Opened', properties: { subject: 'News' } })
  track(
    @Incoming('track', NormalizationPipe) call: NormalizedCall,
    @Res() response: Response,
  ): Promise<void> {
    return this.accept(call, response);
  }

  /** Record a page view by an image */
  @Get('page')
  @ApiSegmentPixel({ anonymousId: 'anon-7f3a', name: 'Home', properties: { path: '/' } })
  page(@Incoming('page', NormalizationPipe) call: NormalizedCall, @Res() response: Response): Promise<void> {
    return this.accept(call, response);
  }

  /** Record a screen view by an image */
  @Get('screen')
  @ApiSegmentPixel({ anonymousId: 'anon-7f3a', name: 'Settings' })
  screen(
    @Incoming('screen', NormalizationPipe) call: NormalizedCall,
    @Res() response: Response,
  ): Promise<void> {
    return this.accept(call, response);
  }

  /** Put a user into a group by an image */
  @Get('group')
  @ApiSegmentPixel({ userId: 'user-1', groupId: 'team-7', traits: { name: 'Acme' } })
  group(
    @Incoming('group', NormalizationPipe) call: NormalizedCall,
    @Res() response: Response,
  ): Promise<void> {
    return this.accept(call, response);
  }

  /** Join two ids of one user by an image */
  @Get('alias')
  @ApiSegmentPixel({ previousId: 'anon-7f3a', userId: 'user-1' })
  alias(
    @Incoming('alias', NormalizationPipe) call: NormalizedCall,
    @Res() response: Response,
  ): Promise<void> {
    return this.accept(call, response);
  }

  private async accept(call: NormalizedCall, response: Response): Promise<void> {
    await this.collector.accept(call);
    sendGif(response);
  }
}
