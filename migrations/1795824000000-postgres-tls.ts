import { type MigrationInterface, type QueryRunner } from 'typeorm';

const KEEP_REQUIRE = `UPDATE destinations SET settings = settings || '{"tls": "require"}'
  WHERE type = 'postgres' AND settings ->> 'tls' IS NULL`;

/** The default of `tls` becomes `verify-full`. A stored destination without a value keeps `require`, with which it works. */
export class PostgresTls1795824000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(KEEP_REQUIRE);
  }

  /** The written value is the default of the older version, so there is nothing to take back. */
  async down(): Promise<void> {}
}
