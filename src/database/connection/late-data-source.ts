import { DataSource, type EntityMetadata, type EntityTarget, type QueryRunner } from 'typeorm';
import { DatabaseAway, DatabaseUnavailable, driverMessageOf, isRefusal } from './unavailable.js';

/**
 * A DataSource that providers can get before it is connected. Until then every operation fails at once with DatabaseAway;
 * afterwards so does an operation that gets no connection. The only place that checks whether it is connected.
 */
export class LateDataSource extends DataSource {
  /** Message of the errors until it is connected. */
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
