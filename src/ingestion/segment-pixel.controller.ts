import { Controller, Get, Req, Res, UseFilters } from '@nestjs/common';
import { ApiSecurity, ApiTags } from '@nestjs/swagger';
import { type Response } from 'express';
import { type KeyedRequest } from '../auth/keyed-request.js';
import { type EventType } from '../events/event.js';
import { AlwaysGifFilter } from './answers/gif.filter.js';
import { Collector } from './collector.js';
import { ApiSegmentPixel } from './docs/pixel-docs.js';
import { sendGif } from './pixel/gif.js';
import { Transport } from './transport.js';

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
  identify(@Req() request: KeyedRequest, @Res() response: Response): Promise<void> {
    return this.accept(request, 'identify', response);
  }

  /**
   * Track an action by an image
   * @remarks For example the opening of a mail.
   */
  @Get('track')
  @ApiSegmentPixel({ userId: 'user-1', event: 'Email Opened', properties: { subject: 'News' } })
  track(@Req() request: KeyedRequest, @Res() response: Response): Promise<void> {
    return this.accept(request, 'track', response);
  }

  /** Record a page view by an image */
  @Get('page')
  @ApiSegmentPixel({ anonymousId: 'anon-7f3a', name: 'Home', properties: { path: '/' } })
  page(@Req() request: KeyedRequest, @Res() response: Response): Promise<void> {
    return this.accept(request, 'page', response);
  }

  /** Record a screen view by an image */
  @Get('screen')
  @ApiSegmentPixel({ anonymousId: 'anon-7f3a', name: 'Settings' })
  screen(@Req() request: KeyedRequest, @Res() response: Response): Promise<void> {
    return this.accept(request, 'screen', response);
  }

  /** Put a user into a group by an image */
  @Get('group')
  @ApiSegmentPixel({ userId: 'user-1', groupId: 'team-7', traits: { name: 'Acme' } })
  group(@Req() request: KeyedRequest, @Res() response: Response): Promise<void> {
    return this.accept(request, 'group', response);
  }

  /** Join two ids of one user by an image */
  @Get('alias')
  @ApiSegmentPixel({ previousId: 'anon-7f3a', userId: 'user-1' })
  alias(@Req() request: KeyedRequest, @Res() response: Response): Promise<void> {
    return this.accept(request, 'alias', response);
  }

  private async accept(request: KeyedRequest, kind: EventType, response: Response): Promise<void> {
    await this.collector.accept(request, kind);
    sendGif(response);
  }
}
