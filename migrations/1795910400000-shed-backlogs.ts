import { type MigrationInterface, type QueryRunner } from 'typeorm';

// A table of its own: an update of the destination would make every process reload the configuration.
const SHED_BACKLOGS = `
  CREATE TABLE shed_backlogs (
    destination_id text COLLATE "C" PRIMARY KEY REFERENCES destinations ON DELETE CASCADE,
    events bigint NOT NULL,
    last_at timestamptz NOT NULL
  )`;

/** How many events became dead letters because the backlog of their destination was over its limit. */
export class ShedBacklogs1795910400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SHED_BACKLOGS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE shed_backlogs');
  }
}
