import { type NestExpressApplication } from '@nestjs/platform-express';
import { Config } from '../config/config.js';
import { WireErrorFilter } from './answers/wire-error.filter.js';
import { DirectRoutes } from './direct-routes.js';
import { cors } from './edge/cors.js';

/** The HTTP server, which can offer each request to another function before Express. */
interface DirectServer {
  serveBeforeExpress(serves: DirectRoutes['serves']): void;
}

/**
 * What a collector needs of the whole application, before it listens: the direct routes, CORS, also where there is no route,
 * and errors in the shape of the wire where no controller has a filter of its own.
 */
export function configureIngestion(app: NestExpressApplication, server: DirectServer): void {
  const direct = app.get(DirectRoutes, { strict: false });
  server.serveBeforeExpress((request, response) => direct.serves(request, response));
  app.use(cors);
  app.useGlobalFilters(new WireErrorFilter(app.get(Config).PUBLIC_URL));
}
