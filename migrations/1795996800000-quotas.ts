import { type MigrationInterface, type QueryRunner } from 'typeorm';

const NAMES = [
  'sources',
  'write_keys',
  'tokens',
  'destinations',
  'connections',
  'waiting_deliveries',
  'dead_letters',
  'audit_entries',
  'apply_entries',
];

// The id is that of the workspace, which has a row from its first own quota on. Null stands for the default of the instance.
const QUOTAS = `
  CREATE TABLE workspace_quotas (
    id text COLLATE "C" PRIMARY KEY REFERENCES workspaces ON DELETE CASCADE,
    ${NAMES.map((name) => `${name} integer CHECK (${name} >= 0)`).join(',\n    ')},
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE TRIGGER workspace_quotas_advance_config_version
    BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON workspace_quotas
    FOR EACH STATEMENT EXECUTE FUNCTION advance_config_version()`;

// The tokens of a workspace are counted before each new one.
const TOKENS = 'CREATE INDEX admin_tokens_workspace_id ON admin_tokens (workspace_id)';

/** Quotas per workspace. Rows that a workspace has beyond a default stay: a quota keeps out new ones only. */
export class Quotas1795996800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [QUOTAS, TOKENS]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX admin_tokens_workspace_id');
    await runner.query('DROP TABLE workspace_quotas');
  }
}
