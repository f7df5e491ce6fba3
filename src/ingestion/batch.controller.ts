import { Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiBasicAuth, ApiTags } from '@nestjs/swagger';
import { WriteKeyGuard } from '../auth/write-key.guard.js';
import { EventPublisher } from '../destinations/publisher.js';
import { type NormalizedCall } from '../events/call.js';
import { BATCH_EXAMPLE, BatchDto } from '../normalization/messages/batch.dto.js';
import { NormalizationPipe } from '../normalization/normalization.pipe.js';
import { answerTo } from './answers/answer.js';
import { type SuccessResponse } from './answers/answers.dto.js';
import { AnswersJson, ApiRefusals } from './docs/tracking-docs.js';
import { Incoming } from './edge/incoming.js';

/** Batches from servers. */
@ApiTags('Batch')
@ApiBasicAuth('writeKey')
@ApiRefusals()
@Controller('v1')
@UseGuards(WriteKeyGuard)
export class BatchController {
  constructor(private readonly publisher: EventPublisher) {}

  /**
   * Send several messages
   * @remarks Up to 2,500 messages of all six kinds, 500 KiB together. An invalid message is left out and costs the others
   * nothing. SDKs in browsers and apps call it `/v1/b`.
   */
  @Post('batch')
  @HttpCode(200)
  @AnswersJson(BatchDto, BATCH_EXAMPLE)
  async batch(@Incoming('batch', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    await this.publisher.publish(call);
    if (call.refusal) throw call.refusal;
    return answerTo(call);
  }

  /**
   * Send several messages (older name)
   * @remarks The same as `/v1/batch`; several SDKs still call it so.
   */
  @Post('import')
  @HttpCode(200)
  @AnswersJson(BatchDto, BATCH_EXAMPLE)
  async import(@Incoming('batch', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    await this.publisher.publish(call);
    if (call.refusal) throw call.refusal;
    return answerTo(call);
  }
}
