import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type PreparedDestination } from '../delivery/model/prepared-destination.js';
import { type DestinationRow, DESTINATIONS_QUERY } from '../delivery/directory/destination-rows.js';
import { handlerOf } from '../settings/destination-types.js';
import { type EventTest, compileFilter, FilterUnreadable } from '../filter/connection-filter.js';
import { narrowed, type ReplayCriteria } from './history/criteria.js';
import { Histories } from './history/histories.js';
import { type HistoryPage } from './history/history.js';
import { sortBatch } from '../delivery/model/eligible.js';

export interface DryRunResult {
  readonly seen: Tally;
  /** Whether everything was read within the time limit. */
  readonly complete: boolean;
}

const DESTINATION = `SELECT * FROM (${DESTINATIONS_QUERY}) d WHERE id = $1`;

/** What a dry run has read so far. */
export class Tally {
  count = 0;
  scanned = 0;
  /** When the first and the last matching event were stored, in ms; undefined while there is none. */
  first: number | undefined = undefined;
  last: number | undefined = undefined;

  add(
    { batch }: HistoryPage,
    destination: Pick<PreparedDestination, 'workspaceId' | 'sources' | 'handler'>,
  ): void {
    const matching = new Set(sortBatch(batch, destination).eligible.map(({ offset }) => offset));
    this.scanned += batch.records.length;
    this.count += matching.size;
    for (const { offset, timestamp } of batch.records) {
      if (!matching.has(offset)) continue;
      this.first = Math.min(this.first ?? timestamp, timestamp);
      this.last = Math.max(this.last ?? timestamp, timestamp);
    }
  }
}

/** Counts what a replay would deliver if it were made now, by reading everything it would read. */
@Injectable()
export class DryRun {
  constructor(
    private readonly histories: Histories,
    private readonly database: DataSource,
  ) {}

  /** Stops after about `limitMs`. Rejects with LogUnavailable when the log cannot be read. */
  async run(destinationId: string, criteria: ReplayCriteria, limitMs: number): Promise<DryRunResult> {
    const limit = AbortSignal.timeout(limitMs);
    const seen = new Tally();
    const [row] = await this.database.query<DestinationRow[]>(DESTINATION, [destinationId]);
    const found = row && receiverIn(row);
    if (found === undefined) return { seen, complete: true };
    const receiver = narrowed(found, criteria);
    const plan = await this.histories.plan(receiver, criteria);
    const tally = (page: HistoryPage): Promise<void> => {
      seen.add(page, receiver);
      return Promise.resolve();
    };
    try {
      await this.histories.of(receiver, criteria, plan).read({ positions: {}, ahead: [] }, limit, tally);
    } catch (error) {
      if (!limit.aborted) throw error;
      return { seen, complete: false };
    }
    return { seen, complete: true };
  }
}

/** The part of a destination that decides which events it receives; settings and secrets are not needed. */
function receiverIn({ id, workspaceId, type, connections }: DestinationRow) {
  const handler = handlerOf(type);
  if (handler === undefined) return undefined;
  const tests = Object.entries(connections).map(([source, filter]) => [source, testOf(filter)] as const);
  return { id, workspaceId, handler, sources: new Map(tests) } satisfies Partial<PreparedDestination>;
}

/** An unreadable filter lets nothing pass. */
function testOf(filter: unknown): EventTest {
  try {
    return compileFilter(filter);
  } catch (error) {
    if (error instanceof FilterUnreadable) return () => false;
    throw error;
  }
}
