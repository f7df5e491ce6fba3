import { Controller, Get, Header, Req } from '@nestjs/common';
import { ApiBasicAuth, ApiSecurity, ApiTags, ApiUnauthorizedResponse } from '@nestjs/swagger';
import { type Request } from 'express';
import { isLive } from '../../auth/keys/key-restrictions.js';
import { invalidKey } from '../../auth/refusals.js';
import { writeKeyOf } from '../../auth/write-key-of.js';
import { WriteKeySnapshot } from '../../auth/snapshot/write-key-snapshot.js';
import { ErrorResponse } from '../answers/answers.dto.js';
import { queryOf } from '../pixel/query.js';
import { SourceConfig } from './source-config.dto.js';

const NO_REPORTS = { statsCollection: { errors: { enabled: false }, metrics: { enabled: false } } };
/** The SDK needs ids of a disabled source too, and then sends nothing. */
const DISABLED_IDS = { id: 'disabled', workspaceId: 'disabled' };

/** The settings that RudderStack's browser SDK loads before it sends (WIRE 6.2). */
@ApiTags('SDK settings')
@ApiBasicAuth('writeKey')
@ApiSecurity('writeKeyQuery')
@Controller('sourceConfig')
export class SourceConfigController {
  constructor(private readonly keys: WriteKeySnapshot) {}

  /**
   * Load the settings of RudderStack's browser SDK
   * @remarks Set `configUrl` of the SDK to the address of this server.
   */
  @Get()
  @Header('Cache-Control', 'private, max-age=60')
  @ApiUnauthorizedResponse({ type: ErrorResponse, description: 'The write key is not valid.' })
  read(@Req() request: Request): SourceConfig {
    const query = queryOf(request).get('writeKey') ?? undefined;
    const { key = '' } = writeKeyOf(request.headers.authorization, undefined, query);
    const known = this.keys.find(key);
    // Scopes, origins and networks are checked for events only: the settings hold no secret.
    if (known === undefined || !isLive(known)) throw invalidKey();
    const { enabled } = known.source;
    const { id, workspaceId } = enabled ? known.source : DISABLED_IDS;
    return {
      source: { id, name: id, writeKey: key, workspaceId, enabled, config: NO_REPORTS, destinations: [] },
    };
  }
}
