import { Injectable, type NestMiddleware } from '@nestjs/common';
import { type NextFunction, type Response } from 'express';
import { type KeyedRequest } from '../../auth/keyed-request.js';
import { Config } from '../../config/config.js';
import { CallError } from '../../events/call-error.js';
import { Arrivals, TooManyArriving } from '../../arrivals/arrivals.js';
import { decode } from './decode.js';
import { parseBody } from './parse-body.js';
import { BodyTooLarge, readBytes } from '../../arrivals/read-bytes.js';
import { wantsDetails } from './preference.js';

/** Bytes by which gzip may enlarge a body that does not compress. */
const GZIP_OVERHEAD = 1024;

/**
 * Reads a body as JSON and ignores its Content-Type (WIRE 0.2 item 3). The error of a body that cannot be read is kept and
 * thrown after the guard, so that the body reaches the rejected topic with its source.
 */
abstract class ReceiveBody implements NestMiddleware<KeyedRequest, Response> {
  constructor(
    private readonly limit: number,
    private readonly arrivals: Arrivals,
  ) {}

  async use(request: KeyedRequest, response: Response, next: NextFunction): Promise<void> {
    await this.receive(request, response);
    next();
  }

  async receive(request: KeyedRequest, response: Response): Promise<void> {
    const at = new Date();
    // The error filter takes this header away from an answer without outcomes.
    if (wantsDetails(request)) response.setHeader('Preference-Applied', 'return=representation');
    let text = '';
    try {
      text = await this.textOf(request);
      request.received = { at, text, bytes: Buffer.byteLength(text), body: parseBody(text) };
    } catch (fault) {
      const unfinished = fault instanceof TooManyArriving || (fault instanceof BodyTooLarge && fault.endless);
      if (unfinished) response.setHeader('Connection', 'close');
      if (!(fault instanceof CallError)) throw fault;
      request.received = { at, text, bytes: Buffer.byteLength(text), body: undefined, fault };
    }
  }

  private async textOf(request: KeyedRequest): Promise<string> {
    const sent = await readBytes(request, this.limit + GZIP_OVERHEAD, this.arrivals);
    const bytes = await decode(sent, request.headers['content-encoding'], this.limit);
    if (bytes.length > this.limit) throw new BodyTooLarge();
    const text = bytes.toString();
    return text.startsWith('\uFEFF') ? text.slice(1) : text;
  }
}

/** The body of a single call. */
@Injectable()
export class ReceiveMessage extends ReceiveBody {
  constructor(config: Config, arrivals: Arrivals) {
    super(config.MAX_EVENT_BYTES, arrivals);
  }
}

/** The body of a batch. */
@Injectable()
export class ReceiveBatch extends ReceiveBody {
  constructor(config: Config, arrivals: Arrivals) {
    super(config.MAX_BATCH_BYTES, arrivals);
  }
}
