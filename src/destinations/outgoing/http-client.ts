import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, type Dispatcher, errors } from 'undici';
import { Config } from '../../config/config.js';
import { DeliveryError } from '../contract/delivery-error.js';
import { type DeliveryHttp, type HttpRequest, type HttpResponse } from '../contract/http.js';
import { AddressGuard } from './address-guard.js';
import { guardedConnector } from './guarded-connect.js';
import { failureOfError, failureOfStatus } from './http-result.js';
import { USER_AGENT } from './user-agent.js';

const CONNECT_MS = 5_000;
const BODY_IDLE_MS = 2_000;
const MAX_BODY_BYTES = 65_536;

/**
 * The one way out for handlers: connections are reused, redirects are not followed, answers are bounded in time and size,
 * and no private address is reached (DESTINATIONS 2, 3). Pools are per origin and unbounded: each destination is bounded by
 * its own concurrency, and one that hangs takes no connection from another at the same host.
 */
@Injectable()
export class HttpClient implements OnApplicationShutdown {
  private readonly agent: Agent;

  constructor(config: Config) {
    this.agent = new Agent({
      connect: guardedConnector(new AddressGuard(config.DESTINATION_ALLOWED_CIDRS), CONNECT_MS),
      // The time limit of a type, which may be of the settings, ends a request by its signal.
      headersTimeout: 0,
      bodyTimeout: BODY_IDLE_MS,
      keepAliveTimeout: 10_000,
    });
  }

  /** HTTP for one batch: requests end when the signal aborts. `seen` is shown each answer, also one that means a failure. */
  until(signal: AbortSignal, seen?: (response: HttpResponse) => void): DeliveryHttp {
    return { send: (url, request) => this.send(url, request, signal, seen) };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }

  private async send(
    address: string,
    request: HttpRequest,
    signal: AbortSignal,
    seen?: (response: HttpResponse) => void,
  ): Promise<HttpResponse> {
    try {
      const url = checked(address);
      const { statusCode, headers, body } = await this.agent.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: request.method ?? 'POST',
        headers: { ...request.headers, 'user-agent': USER_AGENT },
        body: request.body,
        signal,
      });
      const response = { status: statusCode, body: await start(body) };
      seen?.(response);
      const failure = failureOfStatus(statusCode, single(headers['retry-after']), new Date());
      if (failure) throw new DeliveryError(failure);
      return response;
    } catch (error) {
      throw error instanceof DeliveryError ? error : new DeliveryError(failureOfError(error));
    }
  }
}

function checked(address: string): URL {
  if (!URL.canParse(address)) throw new DeliveryError({ kind: 'reject', reason: 'invalid_url' });
  const url = new URL(address);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new DeliveryError({ kind: 'reject', reason: 'protocol_not_allowed' });
  }
  if (url.username !== '' || url.password !== '') {
    throw new DeliveryError({ kind: 'reject', reason: 'credentials_in_url' });
  }
  return url;
}

/**
 * Reads the first 64 kB; what follows is not waited for. The status has said what became of the delivery: a body that breaks
 * off or stalls changes nothing, and must not bring the same event again.
 */
async function start(body: Dispatcher.ResponseData['body']): Promise<string> {
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

/** The other end's fault, not our own time limit. */
function isBodyFault(error: unknown): boolean {
  return error instanceof errors.BodyTimeoutError || error instanceof errors.SocketError;
}
