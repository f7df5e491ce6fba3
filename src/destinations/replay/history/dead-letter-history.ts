import { type DataSource, type EntityManager } from 'typeorm';
import { type StoredRecord } from '../../../event-log/reader.js';
import { markRedelivered } from '../../delivery/ledger/redelivery.js';
import { type PreparedDestination } from '../../delivery/model/prepared-destination.js';
import { type ReplayCriteria } from './criteria.js';
import { type History, type HistoryPage, type ReplayPosition } from './history.js';

const PLACE = 'dead-letters';
const PAGE = 200;

const CHOSEN = 'destination_id = $1 AND first_failed_at >= $2 AND first_failed_at < $3 AND dead_at <= $4';
const COUNT = `SELECT count(*)::int AS count FROM dead_letters WHERE ${CHOSEN} AND redelivered_at IS NULL`;
const READ = `
  SELECT id, source_id AS source, event, headers, first_failed_at AS "failedAt"
  FROM dead_letters WHERE ${CHOSEN} AND (redelivered_at IS NULL OR id = ANY($5)) AND id > $6 ORDER BY id LIMIT ${PAGE}`;

interface DeadLetterRow {
  readonly id: string;
  readonly source: string;
  readonly event: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly failedAt: Date;
}

/** A destination's dead letters whose first failure lies in a time range, and which were not redelivered since. */
export class DeadLetterHistory implements History {
  constructor(
    private readonly database: DataSource,
    private readonly destination: Pick<PreparedDestination, 'id' | 'workspaceId'>,
    private readonly criteria: ReplayCriteria,
    private readonly until: string,
  ) {}

  async count(): Promise<number> {
    const rows = await this.database.query<{ count: number }[]>(COUNT, this.chosen());
    return rows[0]?.count ?? 0;
  }

  async read(
    { positions, ahead }: ReplayPosition,
    signal: AbortSignal,
    onPage: (page: HistoryPage) => Promise<void>,
  ): Promise<void> {
    for (let after = positions[PLACE] ?? ''; ;) {
      signal.throwIfAborted();
      const rows = await this.database.query<DeadLetterRow[]>(READ, [...this.chosen(), ahead, after]);
      const last = rows.at(-1);
      if (last === undefined) return;
      await onPage(this.pageOf(rows));
      after = last.id;
    }
  }

  /** Offsets are indexes of the page. */
  private pageOf(rows: readonly DeadLetterRow[]): HistoryPage {
    const idOf = (offset: bigint): string => rows[Number(offset)]?.id ?? '';
    return {
      batch: { topic: PLACE, partition: 0, records: rows.map((row, index) => this.record(row, index)) },
      after: (offset) => ({ place: PLACE, next: idOf(offset) }),
      nameOf: idOf,
      sent: (offsets: readonly bigint[], on: Pick<EntityManager, 'query'>) =>
        markRedelivered(on, this.destination.id, offsets.map(idOf)),
    };
  }

  private record({ source, event, headers, failedAt }: DeadLetterRow, index: number): StoredRecord {
    return {
      topic: PLACE,
      partition: 0,
      offset: BigInt(index),
      key: '',
      value: Buffer.from(event),
      headers: { ...headers, workspace: this.destination.workspaceId, source },
      timestamp: failedAt.getTime(),
    };
  }

  private chosen(): unknown[] {
    const { from, to } = this.criteria;
    return [this.destination.id, from, to, this.until];
  }
}
