import { Controller, Header, HttpCode, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { ACCEPTED } from './answers/accepted.js';
import { type SuccessResponse } from './answers/answers.dto.js';

/** Where SDKs report on themselves: no events, no write key, and nothing is kept. An error would be noise in every page. */
@ApiExcludeController()
@Controller('v1')
export class SdkMetricsController {
  @Post('m')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  ignore(): SuccessResponse {
    return ACCEPTED;
  }
}
