import http from 'node:http';
import { ExpressAdapter } from '@nestjs/platform-express';
import { type Express } from 'express';
import { type Config } from '../config/config.js';
import { limitPipelining } from './limit-pipelining.js';
import { refuseConnection, refuseExpectation } from './refuse-connection.js';

/** A pixel's URL may hold 32 kB of payload as base64, which Node's default header limit answers with 431 (WIRE 4.3). */
const MAX_HEADER_BYTES = 131_072;
const KEEP_ALIVE_MS = 65_000;
/** How often Node looks for requests past their time: its own 30 s would make every limit a minute. */
const CHECK_MS = 1_000;

/**
 * Express on a server of ours. Requests and responses are born with Express's prototypes: Express gives every request its
 * prototype afterwards, which on Node 20 and 22 halves the throughput of the whole server.
 */
export class HttpAdapter extends ExpressAdapter {
  constructor(private readonly config: Pick<Config, 'REQUEST_TIMEOUT_MS' | 'MAX_CONNECTIONS'>) {
    super();
  }

  override initHttpServer(): void {
    const app = this.getInstance<Express>();
    const { REQUEST_TIMEOUT_MS, MAX_CONNECTIONS } = this.config;
    const limits = {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: Math.ceil(REQUEST_TIMEOUT_MS / 3),
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    };
    const classes = {
      IncomingMessage: bornWith(http.IncomingMessage, app.request),
      ServerResponse: bornWith(http.ServerResponse, app.response),
    };
    const server = http.createServer({ ...limits, ...classes }, limitPipelining(app));
    // Nor may an answer be left lying by somebody who does not read it.
    server.timeout = 2 * REQUEST_TIMEOUT_MS;
    server.maxConnections = MAX_CONNECTIONS;
    server.on('clientError', refuseConnection).on('checkExpectation', refuseExpectation);
    this.setHttpServer(server);
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
