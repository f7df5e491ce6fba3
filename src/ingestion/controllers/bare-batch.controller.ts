import { Controller, Header, HttpCode, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type NormalizedCall } from '../../events/call.js';
import { NormalizationPipe } from '../../normalization/normalization.pipe.js';
import { type SuccessResponse } from '../answers/answers.dto.js';
import { Collector } from '../collector.js';
import { Incoming } from '../edge/incoming.js';
import { Transport } from '../transport.js';

/** Batches from SDKs of servers whose host was set without `/v1` (WIRE 1.1). */
@ApiExcludeController()
@Controller()
@Transport('server')
export class BareBatchController {
  constructor(private readonly collector: Collector) {}

  @Post(['batch', 'import'])
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  batch(@Incoming('batch', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    return this.collector.accept(call);
  }
}
