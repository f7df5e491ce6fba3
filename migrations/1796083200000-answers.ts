import { type MigrationInterface, type QueryRunner } from 'typeorm';

// Without a default, so that no row is rewritten. Processes of the version before insert rows without them.
const COLUMNS = 'ALTER TABLE dead_letters ADD COLUMN answer_code text, ADD COLUMN answer_message text';

/** What the receiver said about a dead letter. */
export class Answers1796083200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(COLUMNS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE dead_letters DROP COLUMN answer_code, DROP COLUMN answer_message');
  }
}
