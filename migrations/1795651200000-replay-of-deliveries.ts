import { type MigrationInterface, type QueryRunner } from 'typeorm';

// The replay that counts the delivery's end; until now it stood in the origin only: `replay/<id>/<name of the record>`.
const REPLAY_ID = 'ALTER TABLE deliveries ADD COLUMN replay_id text';
const BACKFILL = `UPDATE deliveries SET replay_id = split_part(origin, '/', 2) WHERE origin LIKE 'replay/%'`;

/** Lets a waiting delivery name its replay. */
export class ReplayOfDeliveries1795651200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [REPLAY_ID, BACKFILL]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE deliveries DROP COLUMN replay_id');
  }
}
