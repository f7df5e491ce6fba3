import { Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type KeyedRequest } from '../auth/keyed-request.js';
import { type SuccessResponse } from './answers/answers.dto.js';
import { Collector } from './collector.js';
import { Transport } from './transport.js';

/** Single calls from SDKs in browsers and apps (WIRE 1.1). An SDK whose host was set without `/v1` leaves it out. */
@ApiExcludeController()
@Controller(['v1', '/'])
@Transport('device')
export class DeviceController {
  constructor(private readonly collector: Collector) {}

  @Post('i')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  identify(@Req() request: KeyedRequest): Promise<SuccessResponse> {
    return this.collector.accept(request, 'identify');
  }

  @Post('t')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  track(@Req() request: KeyedRequest): Promise<SuccessResponse> {
    return this.collector.accept(request, 'track');
  }

  @Post('p')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  page(@Req() request: KeyedRequest): Promise<SuccessResponse> {
    return this.collector.accept(request, 'page');
  }

  @Post('s')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  screen(@Req() request: KeyedRequest): Promise<SuccessResponse> {
    return this.collector.accept(request, 'screen');
  }

  @Post('g')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  group(@Req() request: KeyedRequest): Promise<SuccessResponse> {
    return this.collector.accept(request, 'group');
  }

  @Post('a')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  alias(@Req() request: KeyedRequest): Promise<SuccessResponse> {
    return this.collector.accept(request, 'alias');
  }
}
