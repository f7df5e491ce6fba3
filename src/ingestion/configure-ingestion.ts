import { type NestExpressApplication } from '@nestjs/platform-express';
import { WireErrorFilter } from './answers/wire-error.filter.js';
import { cors } from './edge/cors.js';

/**
 * What a collector needs of the whole application, before it listens: CORS, also where there is no route, and errors in the
 * shape of the wire where no controller has a filter of its own.
 */
export function configureIngestion(app: NestExpressApplication): void {
  app.use(cors);
  app.useGlobalFilters(new WireErrorFilter());
}
