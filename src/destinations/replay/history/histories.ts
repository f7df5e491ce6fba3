import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { KafkaConfig } from '../../../config/kafka.config.js';
import { Reader } from '../../../event-log/reader.js';
import { type PreparedDestination } from '../../delivery/model/prepared-destination.js';
import { type ReplayCriteria } from './criteria.js';
import { DeadLetterHistory } from './dead-letter-history.js';
import { type History, type ReplayPlan } from './history.js';
import { LogHistory } from './log-history.js';

type Target = Pick<PreparedDestination, 'id' | 'workspaceId'>;

/** Plans what a replay reads, and opens it. */
@Injectable()
export class Histories {
  constructor(
    private readonly reader: Reader,
    private readonly database: DataSource,
    private readonly config: KafkaConfig,
  ) {}

  /** Fixes the ranges to read. Rejects with LogUnavailable when the log cannot be read. */
  async plan(target: Target, criteria: ReplayCriteria): Promise<ReplayPlan> {
    const until = new Date().toISOString();
    if (criteria.onlyFailed) {
      const history = new DeadLetterHistory(this.database, target, criteria, until);
      return { ranges: [], total: await history.count(), until };
    }
    const { EVENTS_TOPIC } = this.config;
    const ends = await this.reader.offsetsAt(EVENTS_TOPIC, new Date(criteria.to));
    const starts = await this.reader.offsetsAt(EVENTS_TOPIC, new Date(criteria.from));
    const ranges = ends.map(({ partition, offset: to }) => {
      const from = starts.find((start) => start.partition === partition)?.offset ?? to;
      return { partition, from: from.toString(), to: to.toString() };
    });
    const sizes = ranges.map(({ from, to }) => Math.max(0, Number(BigInt(to) - BigInt(from))));
    return { ranges, total: sizes.reduce((sum, size) => sum + size, 0), until };
  }

  of(target: Target, criteria: ReplayCriteria, plan: ReplayPlan): History {
    return criteria.onlyFailed
      ? new DeadLetterHistory(this.database, target, criteria, plan.until)
      : new LogHistory(this.reader, this.config.EVENTS_TOPIC, plan.ranges);
  }
}
