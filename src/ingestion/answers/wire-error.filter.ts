import { type ArgumentsHost, Catch, type ExceptionFilter, NotFoundException } from '@nestjs/common';
import { type Request, type Response } from 'express';
import { CallError } from '../../events/call-error.js';
import { wantsDetails } from '../edge/preference.js';
import { publicUrlOf } from '../edge/public-address.js';
import { detailsOf } from './details.js';
import { errorAnswer } from './error-answer.js';

/** Answers every error as `{success, message, code}`: an SDK that misses one of them sends the call again (WIRE 0.2 item 2). */
@Catch()
export class WireErrorFilter implements ExceptionFilter {
  /** `publicUrl` is the configured one, for the message about an unknown path. */
  constructor(private readonly publicUrl?: string) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    if (response.headersSent) return;
    const methods = error instanceof NotFoundException ? allowedMethods(request) : [];
    if (methods.length > 0) response.setHeader('Allow', methods.join(', '));
    const { status, code, message, headers } = errorAnswer(
      error instanceof NotFoundException ? routeError(methods, publicUrlOf(request, this.publicUrl)) : error,
    );
    response.status(status).set('Cache-Control', 'no-store').set(headers);
    const details = error instanceof CallError && wantsDetails(request) ? detailsOf(error.rejected) : [];
    if (details.length === 0) response.removeHeader('Preference-Applied');
    response.json({ success: false, message, code, ...(details.length > 0 && { rejected: details }) });
  }
}

const routeError = (methods: readonly string[], host = 'of this server'): CallError =>
  methods.length > 0
    ? new CallError('method_not_allowed', `The methods of this path are ${methods.join(', ')}`)
    : new CallError(
        'not_found',
        `There is no such path. Give the SDK the host ${host} without a path behind it: it appends paths such as /v1/batch itself`,
      );

/** The part of an Express router that is read here: its layers, in the order in which they were added. */
interface Layer {
  match(path: string): boolean;
  readonly route?: { readonly methods: Readonly<Record<string, boolean>> };
}

/**
 * Methods of the routes with the path of a request, as `Allow` lists them; empty when no route has the path. The router's
 * layers are not documented by Express: to be checked when Express is upgraded.
 */
function allowedMethods(request: Request): string[] {
  const layers = (request.app.router as unknown as { stack: readonly Layer[] }).stack;
  const routes = layers.flatMap((layer) => (layer.route && layer.match(request.path) ? [layer.route] : []));
  const methods = new Set(
    routes.flatMap(({ methods }) => Object.keys(methods).map((name) => name.toUpperCase())),
  );
  if (methods.size === 0) return [];
  return [...methods, ...(methods.has('GET') && !methods.has('HEAD') ? ['HEAD'] : []), 'OPTIONS'];
}
