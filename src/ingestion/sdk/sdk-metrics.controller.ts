import { Controller, Header, HttpCode, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type SuccessResponse } from '../answers/answers.dto.js';

/** Where SDKs report on themselves: no events, no write key, nothing is stored. An error would be logged on every page. */
@ApiExcludeController()
@Controller()
export class SdkMetricsController {
  /** Segment's SDKs in browsers and apps, also with a host without `/v1` (WIRE 1.1), and RudderStack's in browsers (WIRE 6.2). */
  @Post(['v1/m', 'm', 'rsaMetrics'])
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  ignore(): SuccessResponse {
    return { success: true };
  }
}
