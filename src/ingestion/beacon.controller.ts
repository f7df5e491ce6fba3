import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiSecurity, ApiTags } from '@nestjs/swagger';
import { type KeyedRequest } from '../auth/keyed-request.js';
import { BATCH_EXAMPLE, BatchDto } from '../normalization/messages/batch.dto.js';
import { type SuccessResponse } from './answers/answers.dto.js';
import { Collector } from './collector.js';
import { AnswersJson, ApiRefusals } from './docs/tracking-docs.js';
import { Transport } from './transport.js';

/** Batches that RudderStack's browser SDK sends while a page closes (WIRE 5.8). */
@ApiTags('Beacon')
@ApiSecurity('writeKeyQuery')
@ApiRefusals()
@Controller('beacon/v1')
@Transport('beacon')
export class BeaconController {
  constructor(private readonly collector: Collector) {}

  /**
   * Send several messages while a page closes
   * @remarks A batch for `navigator.sendBeacon`, which cannot set headers: the write key is a query parameter.
   */
  @Post('batch')
  @HttpCode(200)
  @AnswersJson(BatchDto, BATCH_EXAMPLE)
  batch(@Req() request: KeyedRequest): Promise<SuccessResponse> {
    return this.collector.accept(request, 'batch');
  }
}
