import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { AdminModule } from './admin/admin.module.js';
import { type Config, type Role } from './config/config.js';
import { ConfigModule } from './config/config.module.js';
import { ReplayModule } from './destinations/replay/replay.module.js';
import { HealthModule } from './health/health.module.js';
import { IngestionModule } from './ingestion/ingestion.module.js';
import { MetricsModule } from './metrics/metrics.module.js';

/** What each role loads: a collector has no delivery code at work, a delivery worker no HTTP beyond health. */
const MODULES: Record<Role, Type> = {
  collector: IngestionModule,
  delivery: ReplayModule,
  admin: AdminModule,
};

@Module({})
export class AppModule {
  static with(config: Config): DynamicModule {
    const modules = config.ROLES.map((role) => MODULES[role]);
    const everywhere = [ConfigModule.with(config), HealthModule, MetricsModule];
    return { module: AppModule, imports: [...everywhere, ...modules] };
  }
}
