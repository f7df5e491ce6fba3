import { Controller, Header, HttpCode, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type NormalizedCall } from '../../events/call.js';
import { NormalizationPipe } from '../../normalization/normalization.pipe.js';
import { type SuccessResponse } from '../answers/answers.dto.js';
import { Collector } from '../collector.js';
import { Incoming } from '../edge/incoming.js';
import { Transport } from '../transport.js';

/**
 * Batches from SDKs in browsers and apps (WIRE 1.1). Some SDKs are set up with a host without `/v1`, or with a host that ends
 * in `/v1/batch`.
 */
@ApiExcludeController()
@Controller()
@Transport('device')
export class DeviceBatchController {
  constructor(private readonly collector: Collector) {}

  @Post(['v1/b', 'b', 'v1/batch/b'])
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  batch(@Incoming('batch', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    return this.collector.accept(call);
  }
}
