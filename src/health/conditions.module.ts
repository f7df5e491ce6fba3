import { Module } from '@nestjs/common';
import { Conditions } from './conditions.js';

/** Apart from the probes, so that those who add a condition do not get what the probes depend on. */
@Module({ providers: [Conditions], exports: [Conditions] })
export class ConditionsModule {}
