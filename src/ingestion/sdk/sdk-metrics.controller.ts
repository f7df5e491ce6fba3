import { Controller, Header, HttpCode, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type SuccessResponse } from '../answers/answers.dto.js';

/** Where SDKs report on themselves: no events, no write key, and nothing is kept. An error would be noise in every page. */
@ApiExcludeController()
@Controller()
export class SdkMetricsController {
  /** Segment's SDKs in browsers and apps (WIRE 1.1), and RudderStack's in browsers (WIRE 6.2). */
  @Post(['v1/m', 'rsaMetrics'])
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  ignore(): SuccessResponse {
    return { success: true };
  }
}
