import { parseUrl } from '../../events/parse-url.js';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent } from 'undici';
import { DeliveryError } from '../contract/delivery-error.js';
import { type DeliveryHttp, type HttpRequest, type HttpResponse } from '../contract/http.js';
import { AddressGuard } from './address-guard.js';
import { guardedConnector } from './guarded-connect.js';
import { exchange, type ExchangeOptions } from './http-exchange.js';
import { httpFailureOfError, httpFailureOfStatus, withAnswer } from './http-result.js';

const CONNECT_MS = 5_000;
const BODY_IDLE_MS = 2_000;
/** A receiver that answers with more is refused: undici's own limit, 16 kB, is less than some gateways send. */
const MAX_HEADER_BYTES = 1_048_576;
/** Time between the end of reading a body and the time limit of its call, in ms. */
const SPARE_MS = 200;
/** With the version of the nearest package.json above this file or its built output. */
const USER_AGENT = `Tributary/${versionAbove(import.meta.dirname)}`;

type SendOptions = Pick<ExchangeOptions, 'signal' | 'endsAt'> & {
  readonly onResponse: OnResponse | undefined;
};
type OnResponse = (response: HttpResponse) => void;

/**
 * HTTP for all handlers. It reuses connections, follows no redirects, limits time and size of a response, and reaches only
 * addresses that the guard permits. The pool of an origin has no limit: the concurrency of each destination is the limit, so
 * a destination that hangs takes no connection from another one at the same host.
 */
@Injectable()
export class HttpClient implements OnApplicationShutdown {
  private readonly agent: Agent;

  constructor(guard: AddressGuard) {
    this.agent = new Agent({
      connect: guardedConnector(guard, CONNECT_MS),
      // None here: the signal ends a request at the time limit of its type, which may be longer than a fixed value.
      headersTimeout: 0,
      bodyTimeout: BODY_IDLE_MS,
      keepAliveTimeout: 10_000,
      maxHeaderSize: MAX_HEADER_BYTES,
    });
  }

  /**
   * HTTP for one batch. Requests end when the signal aborts. `onResponse` gets each response, also of a failure status.
   * `endsAt`: when the signal will abort at the latest, by performance.now(); no body is read for so long.
   */
  until(signal: AbortSignal, onResponse?: OnResponse, endsAt: number = Infinity): DeliveryHttp {
    return { send: (url, request) => this.send(url, request, { signal, onResponse, endsAt }) };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }

  private async send(
    address: string,
    request: HttpRequest,
    { signal, onResponse, endsAt }: SendOptions,
  ): Promise<HttpResponse> {
    try {
      const url = parsedUrl(address);
      const ignoresBody = request.ignoresBody === true && onResponse === undefined;
      const { status, retryAfter, body } = await exchange(
        request.body,
        (bytes, until) =>
          this.agent.request({
            origin: url.origin,
            path: `${url.pathname}${url.search}`,
            method: request.method ?? 'POST',
            headers: { ...request.headers, 'user-agent': USER_AGENT },
            body: bytes,
            signal: until,
          }),
        { signal, ignoresBody, endsAt: endsAt - SPARE_MS },
      );
      const response = { status, body };
      onResponse?.(response);
      const failure = httpFailureOfStatus(status, retryAfter, new Date());
      if (failure) throw new DeliveryError(withAnswer(failure, body), response);
      return response;
    } catch (error) {
      throw error instanceof DeliveryError ? error : new DeliveryError(httpFailureOfError(error));
    }
  }
}

/** Throws a DeliveryError for a URL that no request may be sent to. */
function parsedUrl(address: string): URL {
  const url = parseUrl(address);
  if (url === undefined) throw new DeliveryError({ kind: 'reject', reason: 'invalid_url' });
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new DeliveryError({ kind: 'reject', reason: 'protocol_not_allowed' });
  }
  if (url.username !== '' || url.password !== '') {
    throw new DeliveryError({ kind: 'reject', reason: 'credentials_in_url' });
  }
  return url;
}

function versionAbove(folder: string): string {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return versionAbove(dirname(folder));
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
