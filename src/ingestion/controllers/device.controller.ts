import { Controller, Header, HttpCode, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type NormalizedCall } from '../../events/call.js';
import { NormalizationPipe } from '../../normalization/normalization.pipe.js';
import { type SuccessResponse } from '../answers/answers.dto.js';
import { Collector } from '../collector.js';
import { Incoming } from '../edge/incoming.js';
import { Transport } from '../transport.js';

/** Single calls from SDKs in browsers and apps (WIRE 1.1). An SDK whose host was set without `/v1` leaves it out. */
@ApiExcludeController()
@Controller(['v1', '/'])
@Transport('device')
export class DeviceController {
  constructor(private readonly collector: Collector) {}

  @Post('i')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  identify(@Incoming('identify', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    return this.collector.accept(call);
  }

  @Post('t')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  track(@Incoming('track', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    return this.collector.accept(call);
  }

  @Post('p')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  page(@Incoming('page', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    return this.collector.accept(call);
  }

  @Post('s')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  screen(@Incoming('screen', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    return this.collector.accept(call);
  }

  @Post('g')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  group(@Incoming('group', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    return this.collector.accept(call);
  }

  @Post('a')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  alias(@Incoming('alias', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    return this.collector.accept(call);
  }
}
