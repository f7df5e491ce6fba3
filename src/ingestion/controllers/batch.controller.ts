import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBasicAuth, ApiTags } from '@nestjs/swagger';
import { type NormalizedCall } from '../../events/call.js';
import { BATCH_EXAMPLE, BatchDto } from '../../normalization/messages/batch.dto.js';
import { NormalizationPipe } from '../../normalization/normalization.pipe.js';
import { type SuccessResponse } from '../answers/answers.dto.js';
import { Collector } from '../collector.js';
import { Incoming } from '../edge/incoming.js';
import { AnswersJson, ApiRefusals } from '../docs/tracking-docs.js';
import { Transport } from '../transport.js';

/** Batches from servers. */
@ApiTags('Batch')
@ApiBasicAuth('writeKey')
@ApiRefusals()
@Controller('v1')
@Transport('server')
export class BatchController {
  constructor(private readonly collector: Collector) {}

  /**
   * Send several messages
   * @remarks Up to 2,500 messages of any of the six kinds, together at most 500 KiB. An invalid message is rejected; the others
   * are accepted. SDKs in browsers and apps use `/v1/b`.
   */
  @Post('batch')
  @HttpCode(200)
  @AnswersJson(BatchDto, BATCH_EXAMPLE)
  batch(@Incoming('batch', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    return this.collector.accept(call);
  }

  /**
   * Send several messages (older name)
   * @remarks The same as `/v1/batch`; several SDKs still use this path.
   */
  @Post('import')
  @HttpCode(200)
  @AnswersJson(BatchDto, BATCH_EXAMPLE)
  import(@Incoming('batch', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    return this.collector.accept(call);
  }
}
