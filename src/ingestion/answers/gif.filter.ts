import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable, Logger } from '@nestjs/common';
import { type Response } from 'express';
import { Config } from '../../config/config.js';
import { sendGif } from '../pixel/gif.js';
import { errorAnswer } from './error-answer.js';

/** Answers every error of a Segment pixel with 200 and the image (WIRE 4.3): a mail must not show a broken image. */
@Catch()
export class AlwaysGifFilter implements ExceptionFilter {
  private readonly logger = new Logger(AlwaysGifFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const { status, code } = errorAnswer(error);
    // Other callers would get a status that makes them retry. A mail never retries, so this event is lost.
    if (status === 429 || status >= 500) this.logger.warn({ event: 'pixel.lost', status, code });
    sendGif(host.switchToHttp().getResponse<Response>());
  }
}

/**
 * Answers the errors of a RudderStack pixel with the image and a status: RudderStack's document promises 400, and browsers show
 * the image with any status (WIRE 8.5). With RUDDER_PIXEL_ALWAYS_OK the status is 200, like that of RudderStack's server.
 */
@Injectable()
@Catch()
export class GifWithStatusFilter extends AlwaysGifFilter {
  private readonly isAlwaysOk: boolean;

  constructor({ RUDDER_PIXEL_ALWAYS_OK }: Config) {
    super();
    this.isAlwaysOk = RUDDER_PIXEL_ALWAYS_OK;
  }

  override catch(error: unknown, host: ArgumentsHost): void {
    if (this.isAlwaysOk) {
      super.catch(error, host);
      return;
    }
    const { status, headers } = errorAnswer(error);
    const isFinal = status < 500 && status !== 429;
    sendGif(host.switchToHttp().getResponse<Response>(), isFinal ? 400 : status, headers);
  }
}
