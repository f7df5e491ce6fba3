import {
  DataSource,
  type DataSourceOptions as Options,
  type EntityMetadata,
  type EntityTarget,
  type QueryRunner,
} from 'typeorm';
import { DatabaseAway, DatabaseUnavailable, driverMessageOf, isRefusal } from './unavailable.js';

/** Times, in ms, after which Postgres itself ends what a session does. */
export interface SessionLimits {
  /** A statement is cancelled, also one that waits for a lock. */
  readonly statementMs: number;
  /** A transaction that waits for this process is ended, and its locks with it. */
  readonly idleInTransactionMs: number;
}

/** A connection of the driver. */
interface Session {
  query(statement: string, parameters: readonly string[]): Promise<unknown>;
}

const LIMIT = `
  SELECT set_config('statement_timeout', $1, false), set_config('idle_in_transaction_session_timeout', $2, false)`;

/**
 * A DataSource that providers can get before it is connected. Until then every operation fails at once with DatabaseAway;
 * afterwards so does an operation that gets no connection. The only place that checks whether it is connected.
 */
export class LateDataSource extends DataSource {
  /** Message of the errors until it is connected. */
  reason = 'Postgres has not answered yet.';
  /** Connections whose sessions have the limits. */
  private readonly limited = new WeakSet();

  constructor(
    options: Options,
    private readonly limits?: SessionLimits,
  ) {
    super(options);
  }

  override createQueryRunner(mode?: 'master' | 'slave'): QueryRunner {
    this.mustBeConnected();
    const runner = super.createQueryRunner(mode);
    const connect = runner.connect.bind(runner) as () => Promise<Session>;
    runner.connect = async () => {
      try {
        const session = await connect();
        await this.limit(session);
        return session;
      } catch (error) {
        throw unavailable(error);
      }
    };
    return runner;
  }

  /**
   * Sets the limits with the first use of a connection. As parameters of its start they would be refused by poolers, such as
   * PgBouncer.
   */
  private async limit(session: Session): Promise<void> {
    if (this.limits === undefined || this.limited.has(session)) return;
    const { statementMs, idleInTransactionMs } = this.limits;
    await session.query(LIMIT, [String(statementMs), String(idleInTransactionMs)]);
    this.limited.add(session);
  }

  /** TypeORM builds the metadata while it connects, so there is none before. */
  protected override findMetadata(target: EntityTarget<object>): EntityMetadata | undefined {
    this.mustBeConnected();
    return super.findMetadata(target);
  }

  private mustBeConnected(): void {
    if (!this.isInitialized) throw new DatabaseAway(this.reason);
  }
}

function unavailable(error: unknown): DatabaseUnavailable {
  if (error instanceof DatabaseUnavailable) return error;
  const message = driverMessageOf(error);
  return isRefusal(error)
    ? new DatabaseUnavailable(`Postgres refuses: ${message}.`, { cause: error })
    : new DatabaseAway(`Postgres does not answer: ${message}.`, { cause: error });
}
