import { Controller, Header, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { WriteKeyGuard } from '../auth/write-key.guard.js';
import { EventPublisher } from '../destinations/publisher.js';
import { type NormalizedCall } from '../events/call.js';
import { NormalizationPipe } from '../normalization/normalization.pipe.js';
import { answerTo } from './answers/answer.js';
import { type SuccessResponse } from './answers/answers.dto.js';
import { Incoming } from './edge/incoming.js';

/** Batches from people's devices (WIRE 1.1). */
@ApiExcludeController()
@Controller('v1')
@UseGuards(WriteKeyGuard)
export class DeviceBatchController {
  constructor(private readonly publisher: EventPublisher) {}

  @Post('b')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  async batch(@Incoming('batch', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    await this.publisher.publish(call);
    if (call.refusal) throw call.refusal;
    return answerTo(call);
  }
}
