import { type DynamicModule, type FactoryProvider, Module } from '@nestjs/common';
import { Limits } from './draft/limits.js';
import { NormalizationPipe } from './normalization.pipe.js';

/** The normalization pipe. The importing module provides the limits, because this folder does not read the config. */
@Module({})
export class NormalizationModule {
  static limitedBy(limits: Omit<FactoryProvider<Limits>, 'provide'>): DynamicModule {
    return {
      module: NormalizationModule,
      providers: [{ provide: Limits, ...limits }, NormalizationPipe],
      exports: [Limits, NormalizationPipe],
    };
  }
}
