import { parseUrl } from '../../events/parse-url.js';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, type Dispatcher, errors } from 'undici';
import { DeliveryError } from '../contract/delivery-error.js';
import { type DeliveryHttp, type HttpRequest, type HttpResponse } from '../contract/http.js';
import { AddressGuard } from './address-guard.js';
import { guardedConnector } from './guarded-connect.js';
import { httpFailureOfError, httpFailureOfStatus } from './http-result.js';

const CONNECT_MS = 5_000;
const BODY_IDLE_MS = 2_000;
const MAX_BODY_BYTES = 65_536;
/** With the version of the nearest package.json above this file or its built output. */
const USER_AGENT = `Tributary/${versionAbove(import.meta.dirname)}`;

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
    });
  }

  /** HTTP for one batch. Requests end when the signal aborts. `onResponse` gets each response, also of a failure status. */
  until(signal: AbortSignal, onResponse?: (response: HttpResponse) => void): DeliveryHttp {
    return { send: (url, request) => this.send(url, request, signal, onResponse) };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }

  private async send(
    address: string,
    request: HttpRequest,
    signal: AbortSignal,
    onResponse?: (response: HttpResponse) => void,
  ): Promise<HttpResponse> {
    try {
      const url = parsedUrl(address);
      const { statusCode, headers, body } = await this.agent.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: request.method ?? 'POST',
        headers: { ...request.headers, 'user-agent': USER_AGENT },
        body: request.body,
        signal,
      });
      const response = { status: statusCode, body: await firstOf(body) };
      onResponse?.(response);
      const failure = httpFailureOfStatus(statusCode, single(headers['retry-after']), new Date());
      if (failure) throw new DeliveryError(failure);
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

/**
 * The first 64 kB of a body; the rest is not read. The status alone decides the result, so a body that stalls or breaks off
 * must not cause a retry of an event that the receiver has taken.
 */
async function firstOf(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= MAX_BODY_BYTES) break;
    }
  } catch (error) {
    if (!isBodyFault(error)) throw error;
  }
  return Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES).toString('utf8');
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** The receiver stalled or closed the connection; any other error is a time limit of the caller. */
function isBodyFault(error: unknown): boolean {
  return error instanceof errors.BodyTimeoutError || error instanceof errors.SocketError;
}

function versionAbove(folder: string): string {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return versionAbove(dirname(folder));
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
