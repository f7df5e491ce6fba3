import { type NestExpressApplication } from '@nestjs/platform-express';
import { Config } from '../config/config.js';

/** Express's own habits, for every role: no entity tags and no banner, plain queries, and an address only from trusted proxies. */
export function configureExpress(app: NestExpressApplication): void {
  app.disable('etag');
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.set('trust proxy', [...app.get(Config).TRUSTED_PROXIES]);
}
