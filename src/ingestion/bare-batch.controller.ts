import { Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type KeyedRequest } from '../auth/keyed-request.js';
import { type SuccessResponse } from './answers/answers.dto.js';
import { Collector } from './collector.js';
import { Transport } from './transport.js';

/** Batches from SDKs of servers whose host was set without `/v1` (WIRE 1.1). */
@ApiExcludeController()
@Controller()
@Transport('server')
export class BareBatchController {
  constructor(private readonly collector: Collector) {}

  @Post(['batch', 'import'])
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  batch(@Req() request: KeyedRequest): Promise<SuccessResponse> {
    return this.collector.accept(request, 'batch');
  }
}
