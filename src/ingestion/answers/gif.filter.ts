import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable, Logger } from '@nestjs/common';
import { type Response } from 'express';
import { Config } from '../../config/config.js';
import { sendGif } from '../pixel/gif.js';
import { errorAnswer } from './error-answer.js';

/** Segment's pixels answer 200 with the image whatever happens (WIRE 4.3); a mail must not show a broken image. */
@Catch()
export class AlwaysGifFilter implements ExceptionFilter {
  private readonly logger = new Logger(AlwaysGifFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const { status, code } = errorAnswer(error);
    // Anybody else would be told to come again; a mail is not, so this event is lost.
    if (status === 429 || status >= 500) this.logger.warn({ event: 'pixel.lost', status, code });
    sendGif(host.switchToHttp().getResponse<Response>());
  }
}

/**
 * RudderStack's document promises 400 for what is wrong with a pixel, and browsers show the image all the same (WIRE 8.5).
 * Its server answers 200 always, and so does this when the operator wants it.
 */
@Injectable()
@Catch()
export class GifWithStatusFilter extends AlwaysGifFilter {
  constructor(private readonly config: Config) {
    super();
  }

  override catch(error: unknown, host: ArgumentsHost): void {
    if (this.config.RUDDER_PIXEL_ALWAYS_OK) {
      super.catch(error, host);
      return;
    }
    const { status, headers } = errorAnswer(error);
    const isFinal = status < 500 && status !== 429;
    sendGif(host.switchToHttp().getResponse<Response>(), isFinal ? 400 : status, headers);
  }
}
