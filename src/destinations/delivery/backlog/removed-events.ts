import { Logger } from '@nestjs/common';
import { type GroupPosition } from '../../../event-log/reader.js';
import { backlogRemoved } from '../../../metrics/counters.js';

/**
 * Announces events that the retention of the event log has removed before a destination had read them. Kafka does that to a
 * group that is behind for too long. Each worker notices by itself, and counts the records of all workspaces.
 */
export class RemovedEvents {
  private readonly logger = new Logger(RemovedEvents.name);
  /** By destination and partition: the offset up to which removed records are counted. */
  private readonly counted = new Map<string, Map<number, bigint>>();

  note(destination: string, positions: readonly GroupPosition[]): void {
    const lost = positions.filter(({ next, first }) => next < first);
    const before = this.counted.get(destination);
    const records = lost.reduce((sum, { partition, next, first }) => {
      const from = max(next, before?.get(partition) ?? 0n);
      return sum + Number(max(first - from, 0n));
    }, 0);
    if (lost.length === 0) this.counted.delete(destination);
    else this.counted.set(destination, new Map(lost.map(({ partition, first }) => [partition, first])));
    backlogRemoved.inc(records);
    if (lost.length > 0 && before === undefined)
      this.logger.error({ event: 'backlog.removed', destination, records });
  }

  /** Forgets deleted destinations. */
  keepOnly(ids: ReadonlyMap<string, unknown>): void {
    for (const id of this.counted.keys()) if (!ids.has(id)) this.counted.delete(id);
  }
}

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
