import { Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiSecurity, ApiTags } from '@nestjs/swagger';
import { WriteKeyGuard } from '../auth/write-key.guard.js';
import { EventPublisher } from '../destinations/publisher.js';
import { type NormalizedCall } from '../events/call.js';
import { BATCH_EXAMPLE, BatchDto } from '../normalization/messages/batch.dto.js';
import { NormalizationPipe } from '../normalization/normalization.pipe.js';
import { answerTo } from './answers/answer.js';
import { type SuccessResponse } from './answers/answers.dto.js';
import { AnswersJson, ApiRefusals } from './docs/tracking-docs.js';
import { Incoming } from './edge/incoming.js';

/** What RudderStack's browser SDK sends while a page is being closed (WIRE 5.8). */
@ApiTags('Beacon')
@ApiSecurity('writeKeyQuery')
@ApiRefusals()
@Controller('beacon/v1')
@UseGuards(WriteKeyGuard)
export class BeaconController {
  constructor(private readonly publisher: EventPublisher) {}

  /**
   * Send several messages while a page closes
   * @remarks A batch for `navigator.sendBeacon`, which cannot set headers: the write key is a parameter of the address.
   */
  @Post('batch')
  @HttpCode(200)
  @AnswersJson(BatchDto, BATCH_EXAMPLE)
  async batch(@Incoming('batch', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    await this.publisher.publish(call);
    if (call.refusal) throw call.refusal;
    return answerTo(call);
  }
}
