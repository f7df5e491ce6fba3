import { DataSource, type EntityMetadata, type EntityTarget, type QueryRunner } from 'typeorm';
import { DatabaseAway, DatabaseUnavailable, isRefusal, reasonOf } from './unavailable.js';

/**
 * A DataSource that may be handed out before it is connected: until then whatever is asked of it fails at once with
 * DatabaseAway, and afterwards so does what gets no connection. This is the only place that asks whether it is connected.
 */
export class LateDataSource extends DataSource {
  /** What is said until it is connected. */
  reason = 'Postgres has not answered yet.';

  override createQueryRunner(mode?: 'master' | 'slave'): QueryRunner {
    this.mustBeConnected();
    const runner = super.createQueryRunner(mode);
    const connect = runner.connect.bind(runner) as () => Promise<unknown>;
    runner.connect = () =>
      connect().catch((error: unknown) => {
        throw unavailable(error);
      });
    return runner;
  }

  /** The metadata are made while it connects. */
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
  const reason = reasonOf(error);
  return isRefusal(error)
    ? new DatabaseUnavailable(`Postgres refuses: ${reason}.`, { cause: error })
    : new DatabaseAway(`Postgres does not answer: ${reason}.`, { cause: error });
}
