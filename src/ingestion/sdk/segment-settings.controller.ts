import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiExcludeEndpoint,
  ApiNotFoundResponse,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { isLive } from '../../auth/keys/key-restrictions.js';
import { WriteKeySnapshot } from '../../auth/snapshot/write-key-snapshot.js';
import { Config } from '../../config/config.js';
import { CallError } from '../../events/call-error.js';
import { ErrorResponse } from '../answers/answers.dto.js';
import { publicAddressOf } from '../edge/public-address.js';
import { segmentSettings } from './segment-settings.js';
import { SegmentSettings } from './segment-settings.dto.js';

/** The settings that Segment's SDKs load before they send (WIRE 6.2). Cached for a minute only, because keys change. */
@ApiTags('SDK settings')
@Controller('v1/projects')
export class SegmentSettingsController {
  private readonly publicUrl: string | undefined;
  private readonly cacheControl: string;

  constructor(
    private readonly keys: WriteKeySnapshot,
    { PUBLIC_URL }: Config,
  ) {
    this.publicUrl = PUBLIC_URL;
    // Without PUBLIC_URL the settings name the request's host: a shared cache would give a host that one caller chose to others.
    this.cacheControl = `${PUBLIC_URL === undefined ? 'private' : 'public'}, max-age=60`;
  }

  /**
   * Load the settings of Segment's SDKs
   * @remarks Set `cdnURL` of analytics.js, or `cdnHost` of an SDK in an app, to the address of this server. The settings make the
   * SDK send there too.
   */
  @Get(':writeKey/settings')
  @ApiParam({ name: 'writeKey', description: 'The write key.', example: 'YOUR_WRITE_KEY' })
  @ApiBadRequestResponse({ type: ErrorResponse, description: 'The path cannot be decoded.' })
  @ApiNotFoundResponse({ type: ErrorResponse, description: 'No source has this write key.' })
  read(
    @Param('writeKey') given: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): SegmentSettings {
    const writeKey = given.trim();
    // The key is part of the path, so an unknown key is an unknown path; analytics.js shows this answer to the developer. A
    // disabled source has settings, so that its SDKs treat refusals as final. Scopes, origins and networks are checked for
    // events only: the settings hold no secret.
    const key = this.keys.find(writeKey);
    if (key === undefined || !isLive(key)) throw new CallError('not_found', 'No source has this write key');
    response.setHeader('Cache-Control', this.cacheControl);
    return segmentSettings(writeKey, publicAddressOf(request, this.publicUrl));
  }

  /** Some SDKs in apps repeat `projects` when their host has a path (WIRE 1.1). */
  @Get('projects/:writeKey/settings')
  @ApiExcludeEndpoint()
  readRepeated(
    @Param('writeKey') writeKey: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): SegmentSettings {
    return this.read(writeKey, request, response);
  }
}
