import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type ExceptionFilter, Injectable, Logger, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { type Response } from 'express';
import { type KeyedRequest } from '../auth/keyed-request.js';
import { WriteKeyGuard } from '../auth/write-key.guard.js';
import { NormalizationPipe } from '../normalization/normalization.pipe.js';
import { type SuccessResponse } from './answers/answers.dto.js';
import { WireErrorFilter } from './answers/wire-error.filter.js';
import { Collector } from './collector.js';
import { cors } from './edge/cors.js';
import { callOf } from './edge/incoming.js';
import { reasonOf } from '../resilience/reason-of.js';
import { sendGif } from './pixel/gif.js';
import { type DeclaredRoute, declaredRoutes } from './declared-route.js';
import { understoodPath } from './mistyped-path.js';

/** Reads the call of a request, or its fault, into `request.received`. */
type Receive = (request: KeyedRequest, response: Response) => Promise<void> | void;

interface DirectRoute extends Omit<DeclaredRoute, 'filter'> {
  readonly receive: Receive;
  readonly filter: ExceptionFilter;
}

/**
 * Serves calls through the steps that their controllers declare, without the router of Express and without the proxies that
 * Nest puts around each step: they cost more CPU than all steps together. A controller serves each request that is not
 * plainly a call: another method, or another spelling of the path. Both ways give the same bytes (tested).
 */
@Injectable()
export class DirectRoutes {
  private readonly logger = new Logger(DirectRoutes.name);
  private readonly routes = new Map<string, DirectRoute>();
  private readonly paths = new Set<string>();

  constructor(
    private readonly guard: WriteKeyGuard,
    private readonly pipe: NormalizationPipe,
    private readonly collector: Collector,
    private readonly module: ModuleRef,
  ) {}

  /** Adds the routes of these controllers. `receive` does what the middleware before them does. */
  add(controllers: readonly Type[], receive: Receive): void {
    for (const route of controllers.flatMap(declaredRoutes)) {
      const filter: ExceptionFilter = route.filter ? this.module.get(route.filter) : new WireErrorFilter();
      for (const address of route.addresses) {
        this.routes.set(address, { ...route, receive, filter });
        this.paths.add(address.slice(address.indexOf(' ') + 1));
      }
    }
  }

  /**
   * Whether the request is served here; Express is to serve every other one. A path that an SDK made of a mistyped host is
   * replaced by the one that it meant, for Express too.
   */
  serves(request: IncomingMessage, response: ServerResponse): boolean {
    const { method = '' } = request;
    let url = request.url ?? '';
    let route = this.routes.get(`${method} ${pathOf(url)}`);
    if (route === undefined) {
      request.url = url = this.understood(url);
      route = this.routes.get(`${method} ${pathOf(url)}`);
    }
    if (route === undefined) return false;
    // Fields that Express's own methods read.
    const keyed = Object.assign(request as KeyedRequest, { originalUrl: url, res: response });
    this.serve(route, keyed, response as Response).catch((error: unknown) => this.abandon(response, error));
    return true;
  }

  /** The URL with the path that was meant. A path of a route stays as it is, also with capital letters or a slash at its end. */
  private understood(url: string): string {
    const path = pathOf(url);
    // The path of an absolute address is not that of an SDK with a mistyped host: HTTP clients of proxies send such targets.
    if (!path.startsWith('/')) return url;
    if (this.paths.has(path.toLowerCase().replace(/\/$/, ''))) return url;
    const meant = understoodPath(path);
    return meant === undefined ? url : meant + url.slice(path.length);
  }

  private async serve(route: DirectRoute, request: KeyedRequest, response: Response): Promise<void> {
    try {
      // It answers OPTIONS only, which no route has.
      cors(request, response, () => undefined);
      await route.receive(request, response);
      const admission = this.guard.check(request, response, route.transport);
      if (admission !== true) await admission;
      const answer = await this.collector.accept(this.pipe.transform(callOf(request, route.kind)));
      for (const { name, value } of route.headers) response.setHeader(name, value);
      if (route.transport === 'pixel') sendGif(response);
      else sendJson(response, answer);
    } catch (error) {
      route.filter.catch(error, new ExecutionContextHost([request, response]));
    }
  }

  /** Express would answer 500 where a filter itself fails. Here such an error would end the process, for the callers of all tenants. */
  private abandon(response: ServerResponse, error: unknown): void {
    this.logger.error({ event: 'call.abandoned', reason: reasonOf(error) });
    response.destroy();
  }
}

function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}

/** The bytes that Express sends for this object. */
function sendJson(response: Response, answer: SuccessResponse): void {
  const text = JSON.stringify(answer);
  response.writeHead(200, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}
