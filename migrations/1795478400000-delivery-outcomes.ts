import { type MigrationInterface, type QueryRunner } from 'typeorm';

// What became of a replay's events that its own attempt had left to the retries: counted with the end of each, so that
// nobody need look for them later.
const REPLAYS = `
  ALTER TABLE replays
    ADD COLUMN retried_delivered integer NOT NULL DEFAULT 0,
    ADD COLUMN retried_filtered integer NOT NULL DEFAULT 0,
    ADD COLUMN retried_dead integer NOT NULL DEFAULT 0`;

// When the event came: whoever reads of one attempt knows from it whether others may be forgotten already.
const ATTEMPTS = 'ALTER TABLE delivery_attempts ADD COLUMN received_at timestamptz';

/** What the outcomes of deliveries need to be told as they are: those of replays, and those of old messages. */
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
