import { type MigrationInterface, type QueryRunner } from 'typeorm';

// Outcomes of a replay's events whose first attempt failed: counted when their retries end, so that no query has to find
// them later.
const REPLAYS = `
  ALTER TABLE replays
    ADD COLUMN retried_delivered integer NOT NULL DEFAULT 0,
    ADD COLUMN retried_filtered integer NOT NULL DEFAULT 0,
    ADD COLUMN retried_dead integer NOT NULL DEFAULT 0`;

// When the event was received: it shows a reader whether earlier attempts may have been deleted already.
const ATTEMPTS = 'ALTER TABLE delivery_attempts ADD COLUMN received_at timestamptz';

/** Columns that make reported outcomes complete: those of replays, and those of old messages. */
export class DeliveryOutcomes1795478400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [REPLAYS, ATTEMPTS]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE delivery_attempts DROP COLUMN received_at');
    await runner.query(
      'ALTER TABLE replays DROP COLUMN retried_delivered, DROP COLUMN retried_filtered, DROP COLUMN retried_dead',
    );
  }
}
