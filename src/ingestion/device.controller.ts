import { Controller, Header, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { WriteKeyGuard } from '../auth/write-key.guard.js';
import { EventPublisher } from '../destinations/publisher.js';
import { type NormalizedCall } from '../events/call.js';
import { NormalizationPipe } from '../normalization/normalization.pipe.js';
import { answerTo } from './answers/answer.js';
import { type SuccessResponse } from './answers/answers.dto.js';
import { Incoming } from './edge/incoming.js';

/** The short paths by which SDKs in browsers and apps call (WIRE 1.1): the same calls, from people's devices. */
@ApiExcludeController()
@Controller('v1')
@UseGuards(WriteKeyGuard)
export class DeviceController {
  constructor(private readonly publisher: EventPublisher) {}

  @Post('i')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  identify(@Incoming('identify', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    return this.accept(call);
  }

  @Post('t')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  track(@Incoming('track', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    return this.accept(call);
  }

  @Post('p')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  page(@Incoming('page', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    return this.accept(call);
  }

  @Post('s')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  screen(@Incoming('screen', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    return this.accept(call);
  }

  @Post('g')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  group(@Incoming('group', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    return this.accept(call);
  }

  @Post('a')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  alias(@Incoming('alias', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    return this.accept(call);
  }

  private async accept(call: NormalizedCall): Promise<SuccessResponse> {
    await this.publisher.publish(call);
    if (call.refusal) throw call.refusal;
    return answerTo(call);
  }
}
