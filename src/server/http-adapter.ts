import http from 'node:http';
import { ExpressAdapter } from '@nestjs/platform-express';
import { type Express } from 'express';

/** A pixel's URL may hold 32 kB of payload as base64, which Node's default header limit answers with 431 (WIRE 4.3). */
const MAX_HEADER_BYTES = 131_072;

const LIMITS = {
  maxHeaderSize: MAX_HEADER_BYTES,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
};

/**
 * Express on a server of ours. Requests and responses are born with Express's prototypes: Express gives every request its
 * prototype afterwards, which on Node 20 and 22 halves the throughput of the whole server.
 */
export class HttpAdapter extends ExpressAdapter {
  override initHttpServer(): void {
    const app = this.getInstance<Express>();
    const classes = {
      IncomingMessage: bornWith(http.IncomingMessage, app.request),
      ServerResponse: bornWith(http.ServerResponse, app.response),
    };
    this.setHttpServer(http.createServer({ ...LIMITS, ...classes }, app));
  }
}

function bornWith<Class extends abstract new (...args: never[]) => object>(
  base: Class,
  prototype: object,
): Class {
  const born = function (...args: unknown[]): object {
    return Reflect.construct(base, args, born) as object;
  };
  born.prototype = prototype;
  return born as unknown as Class;
}
