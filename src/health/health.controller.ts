import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiOkResponse, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { type Response } from 'express';
import { LiveResponse, ReadyResponse } from './health.dto.js';
import { Readiness } from './readiness.js';

/** Probes. Liveness depends on the event loop only: an outage of Kafka or Postgres must not restart the process. */
@ApiTags('Health')
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** Check that the process is alive. */
  @Get('live')
  @ApiOkResponse({ type: LiveResponse })
  live(): LiveResponse {
    return { status: 'ok' };
  }

  /** Check whether this instance can store events durably now. */
  @Get('ready')
  @ApiOkResponse({ type: ReadyResponse })
  @ApiServiceUnavailableResponse({
    type: ReadyResponse,
    description: 'The instance is not ready; `problems` lists the reasons.',
  })
  ready(@Res({ passthrough: true }) response: Response): ReadyResponse {
    const { ready, problems, details } = this.readiness.now();
    response
      .status(ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE)
      .header('Cache-Control', 'no-store');
    return { status: ready ? 'ready' : 'not ready', problems: [...problems], details: [...details] };
  }
}
