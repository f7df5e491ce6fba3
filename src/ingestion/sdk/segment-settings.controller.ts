import { Controller, Get, Header, Param, Req } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiExcludeEndpoint,
  ApiNotFoundResponse,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { type Request } from 'express';
import { isLive } from '../../auth/keys/key-restrictions.js';
import { WriteKeySnapshot } from '../../auth/snapshot/write-key-snapshot.js';
import { Config } from '../../config/config.js';
import { CallError } from '../../events/call-error.js';
import { ErrorResponse } from '../answers/answers.dto.js';
import { publicAddressOf } from './public-address.js';
import { segmentSettings } from './segment-settings.js';
import { SegmentSettings } from './segment-settings.dto.js';

/** What Segment's SDKs load from a CDN before they send (WIRE 6.2); short-lived, because keys come and go. */
@ApiTags('SDK settings')
@Controller('v1/projects')
export class SegmentSettingsController {
  constructor(
    private readonly keys: WriteKeySnapshot,
    private readonly config: Config,
  ) {}

  /**
   * Load the settings of Segment's SDKs
   * @remarks For `cdnURL` of analytics.js and `cdnHost` of the SDKs in apps: it points them at this address.
   */
  @Get(':writeKey/settings')
  @Header('Cache-Control', 'public, max-age=60')
  @ApiParam({ name: 'writeKey', description: 'The write key.', example: 'YOUR_WRITE_KEY' })
  @ApiBadRequestResponse({ type: ErrorResponse, description: 'The path cannot be decoded.' })
  @ApiNotFoundResponse({ type: ErrorResponse, description: 'No source has this write key.' })
  read(@Param('writeKey') writeKey: string, @Req() request: Request): SegmentSettings {
    // The key is a part of the path: one that is not there is a place that is not there, and analytics.js shows the answer
    // to whoever mistyped it. A disabled source has settings, so that its SDKs know that refusals are final; so has a page or
    // an address that the key does not allow: the settings hold no secret, and what it sends is refused.
    const key = this.keys.find(writeKey);
    if (key === undefined || !isLive(key)) throw new CallError('not_found', 'No source has this write key');
    return segmentSettings(writeKey, publicAddressOf(request, this.config.PUBLIC_URL));
  }

  /** Some SDKs in apps repeat a part of the path when their host is set to a path of its own (WIRE 1.1). */
  @Get('projects/:writeKey/settings')
  @Header('Cache-Control', 'public, max-age=60')
  @ApiExcludeEndpoint()
  readAgain(@Param('writeKey') writeKey: string, @Req() request: Request): SegmentSettings {
    return this.read(writeKey, request);
  }
}
