import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiSecurity, ApiTags } from '@nestjs/swagger';
import { type NormalizedCall } from '../../events/call.js';
import { BATCH_EXAMPLE, BatchDto } from '../../normalization/messages/batch.dto.js';
import { NormalizationPipe } from '../../normalization/normalization.pipe.js';
import { type SuccessResponse } from '../answers/answers.dto.js';
import { Collector } from '../collector.js';
import { Incoming } from '../edge/incoming.js';
import { AnswersJson, ApiRefusals } from '../docs/tracking-docs.js';
import { Transport } from '../transport.js';

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
  batch(@Incoming('batch', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    return this.collector.accept(call);
  }
}
