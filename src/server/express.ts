import { type ArgumentsHost, Catch, type ExceptionFilter, NotFoundException } from '@nestjs/common';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { type Response } from 'express';
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
 * reads nested query parameters. TRUSTED_PROXIES decides whether the caller's address comes from X-Forwarded-For.
 */
export function configureExpress(
  app: NestExpressApplication,
  { TRUSTED_PROXIES }: Pick<Config, 'TRUSTED_PROXIES'>,
): void {
  app.disable('etag');
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.set('trust proxy', [...TRUSTED_PROXIES]);
  app.useGlobalFilters(new NotFoundFilter());
}
