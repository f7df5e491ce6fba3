import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type PreparedDestination } from '../delivery/model/prepared-destination.js';
import { type DestinationRow, DESTINATIONS_QUERY } from '../delivery/directory/destination-rows.js';
import { handlerOf } from '../settings/destination-types.js';
import { type EventTest, compileFilter, FilterUnreadable } from '../filter/connection-filter.js';
import { narrowed, type ReplayCriteria } from './history/criteria.js';
import { Histories } from './history/histories.js';
import { type HistoryPage } from './history/history.js';
import { Tally } from './tally.js';

export interface DryRunResult {
  readonly seen: Tally;
  /** Whether there was time to look at everything. */
  readonly complete: boolean;
}

const DESTINATION = `SELECT * FROM (${DESTINATIONS_QUERY}) d WHERE id = $1`;

/** Says what a replay would deliver if it were made now, by reading all of it. */
@Injectable()
export class DryRun {
  constructor(
    private readonly histories: Histories,
    private readonly database: DataSource,
  ) {}

  /** Takes at most about so many ms. Rejects with LogUnavailable when the log cannot be asked. */
  async run(destinationId: string, criteria: ReplayCriteria, limitMs: number): Promise<DryRunResult> {
    const limit = AbortSignal.timeout(limitMs);
    const seen = new Tally();
    const [row] = await this.database.query<DestinationRow[]>(DESTINATION, [destinationId]);
    const found = row && receiverIn(row);
    if (found === undefined) return { seen, complete: true };
    const receiver = narrowed(found, criteria);
    const plan = await this.histories.plan(receiver, criteria);
    const look = (page: HistoryPage): Promise<void> => {
      seen.add(page, receiver);
      return Promise.resolve();
    };
    try {
      await this.histories.of(receiver, criteria, plan).read({ positions: {}, ahead: [] }, limit, look);
    } catch (error) {
      if (!limit.aborted) throw error;
      return { seen, complete: false };
    }
    return { seen, complete: true };
  }
}

/** What decides which events a destination gets; its settings, and their secrets, have no say in that. */
function receiverIn({ id, workspaceId, type, connections }: DestinationRow) {
  const handler = handlerOf(type);
  if (handler === undefined) return undefined;
  const tests = Object.entries(connections).map(([source, filter]) => [source, testOf(filter)] as const);
  return { id, workspaceId, handler, sources: new Map(tests) } satisfies Partial<PreparedDestination>;
}

/** A filter that nobody can read lets nothing pass. */
function testOf(filter: unknown): EventTest {
  try {
    return compileFilter(filter);
  } catch (error) {
    if (error instanceof FilterUnreadable) return () => false;
    throw error;
  }
}
