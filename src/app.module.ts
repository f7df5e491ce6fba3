import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { type Config, type Role } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { WorkerPlace } from './config/workers.js';
import { DatabaseStart } from './database/database.js';
import { firstDestinations } from './destinations/first-destinations.js';
import { HealthModule } from './health/health.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { MetricsOfWorkers } from './metrics/metrics-of-workers.js';
import { canWorkWithoutPostgres } from './server/standby.js';
import { type SupervisorLink } from './workers/supervisor-link.js';

/** Loaded on demand: a collector has neither the code nor the client libraries of deliveries in its memory (DESIGN 5.1). */
const MODULES: Readonly<Record<Role, () => Promise<Type>>> = {
  collector: async () => (await import('./ingestion/ingestion.module.js')).IngestionModule,
  delivery: async () => (await import('./destinations/replay/replay.module.js')).ReplayModule,
  admin: async () => (await import('./admin/admin.module.js')).AdminModule,
};

@Module({})
export class AppModule {
  /** The application for the roles of the configuration, of a worker with its link. Rejects when the code of a role cannot be loaded. */
  static async with(config: Config, link?: SupervisorLink): Promise<DynamicModule> {
    const start = new DatabaseStart(firstDestinations(config), canWorkWithoutPostgres(config));
    const modules: Type[] = [];
    // One after the other: Node 20 may evaluate a module before its CommonJS dependency when two imports share that.
    for (const role of config.ROLES) modules.push(await MODULES[role]());
    return {
      module: AppModule,
      global: true,
      imports: [
        ConfigModule.with(config, link?.place ?? new WorkerPlace()),
        HealthModule,
        MetricsModule,
        ...modules,
      ],
      providers: [
        { provide: DatabaseStart, useValue: start },
        ...(link ? [{ provide: MetricsOfWorkers, useValue: link }] : []),
      ],
      exports: [DatabaseStart, ...(link ? [MetricsOfWorkers] : [])],
    };
  }
}
