import { Module } from '@nestjs/common';
import { Conditions } from './conditions.js';

/** Separate from the probes, so that a module that adds a condition does not depend on the event log. */
@Module({ providers: [Conditions], exports: [Conditions] })
export class ConditionsModule {}
