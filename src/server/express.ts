import { type ArgumentsHost, Catch, type ExceptionFilter, NotFoundException } from '@nestjs/common';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { type Response } from 'express';
import { findClientAddresses } from '../auth/keys/client-address.js';
import { type Config } from '../config/config.js';

/**
 * Answers a path without a route with an RFC 9457 problem. A collector has its own answer instead, in the shape that SDKs
 * read; its filter is registered later and Nest asks the last one first.
 */
@Catch(NotFoundException)
export class NotFoundFilter implements ExceptionFilter {
  catch(_error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    response.status(404).set('Cache-Control', 'no-store').type('application/problem+json');
    response.send(JSON.stringify({ type: 'about:blank', title: 'Not Found', status: 404 }));
  }
}

/**
 * Settings of Express for every role, made before the application listens. Handlers set their own entity tags, and nothing
 * reads nested query parameters. TRUSTED_PROXIES decides whose headers name the caller's address, and the host that it used.
 * A proxy that writes Forwarded may pass a caller's X-Forwarded-Host on, so then Express trusts none.
 */
export function configureExpress(
  app: NestExpressApplication,
  { TRUSTED_PROXIES, CLIENT_ADDRESS_HEADER }: Pick<Config, 'TRUSTED_PROXIES' | 'CLIENT_ADDRESS_HEADER'>,
): void {
  app.disable('etag');
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.set('trust proxy', CLIENT_ADDRESS_HEADER === 'forwarded' ? [] : [...TRUSTED_PROXIES]);
  findClientAddresses(app.getHttpAdapter().getInstance(), TRUSTED_PROXIES, CLIENT_ADDRESS_HEADER);
  app.useGlobalFilters(new NotFoundFilter());
}
