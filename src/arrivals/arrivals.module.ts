import { Module } from '@nestjs/common';
import { Arrivals } from './arrivals.js';

/** One budget for all arriving bodies of the process, of the tracking API and of the administration. */
@Module({ providers: [Arrivals], exports: [Arrivals] })
export class ArrivalsModule {}
