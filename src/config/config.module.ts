import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Config } from './config.js';
import { DeliveryConfig } from './delivery.config.js';
import { KafkaConfig } from './kafka.config.js';
import { OperationsConfig } from './operations.config.js';
import { WorkerPlace } from './workers.js';

/** The whole of the settings, and its parts for classes that need one of them only. */
const CLASSES = [Config, DeliveryConfig, KafkaConfig, OperationsConfig];

/** Provides the frozen Config to every module, by its class and by the classes of its parts, and the place of the worker. */
@Global()
@Module({})
export class ConfigModule {
  static with(config: Config, place = new WorkerPlace()): DynamicModule {
    const providers = CLASSES.map((provide) => ({ provide, useValue: config }));
    return {
      module: ConfigModule,
      providers: [...providers, { provide: WorkerPlace, useValue: place }],
      exports: [...CLASSES, WorkerPlace],
    };
  }
}
