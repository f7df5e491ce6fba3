import { type NestExpressApplication } from '@nestjs/platform-express';
import { Config } from '../config/config.js';
import { WireErrorFilter } from './answers/wire-error.filter.js';
import { cors } from './edge/cors.js';
import { usualPath } from './edge/usual-path.js';

/**
 * What ingestion needs of the whole application, before it listens: CORS on every path, errors of the wire's shape also
 * where there is no route, usual paths for unusual SDKs, and an Express that keeps its habits to itself.
 */
export function configureIngestion(app: NestExpressApplication): void {
  app.disable('etag');
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.set('trust proxy', [...app.get(Config).TRUSTED_PROXIES]);
  app.use(cors, usualPath);
  app.useGlobalFilters(new WireErrorFilter());
}
