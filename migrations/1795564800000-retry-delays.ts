import { type MigrationInterface, type QueryRunner } from 'typeorm';

// Waits in seconds; null for the retry schedule of the instance.
const DELAYS = `
  ALTER TABLE destinations ADD COLUMN retry_delays_seconds integer[]
    CHECK (cardinality(retry_delays_seconds) <= 30 AND 0 <= ALL (retry_delays_seconds) AND 86400 >= ALL (retry_delays_seconds))`;

/** A retry schedule per destination. */
export class RetryDelays1795564800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(DELAYS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE destinations DROP COLUMN retry_delays_seconds');
  }
}
