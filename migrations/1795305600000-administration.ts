import { type MigrationInterface, type QueryRunner } from 'typeorm';

const TABLES = ['workspaces', 'sources', 'write_keys', 'destinations', 'connections', 'admin_tokens'];
const VERSIONED = ['workspaces', 'sources', 'write_keys', 'destinations', 'connections'];

// Ids start with their creation time, so sorted by bytes they are in order of creation, and a page can start after any id.
// The default collation of a database may sort differently.
const IN_ORDER_OF_TIME = TABLES.map((table) => `ALTER TABLE ${table} ALTER COLUMN id TYPE text COLLATE "C"`);

/** `version` is the entity tag of a resource: it increases with each change by an administrator. */
const CHANGES = VERSIONED.flatMap((table) => [
  `ALTER TABLE ${table} ADD COLUMN version integer NOT NULL DEFAULT 1`,
  ...(table === 'destinations'
    ? []
    : [`ALTER TABLE ${table} ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now()`]),
]);

const NAMES = [
  'CREATE UNIQUE INDEX workspaces_name_unique ON workspaces (name)',
  'CREATE UNIQUE INDEX sources_name_unique ON sources (workspace_id, name)',
  'CREATE UNIQUE INDEX destinations_name_unique ON destinations (workspace_id, name)',
  'CREATE UNIQUE INDEX write_keys_name_unique ON write_keys (source_id, name) WHERE revoked_at IS NULL',
];

// Limits are calls per second; null for no limit.
const RESTRICTIONS = `
  ALTER TABLE workspaces ADD COLUMN rate_limit integer CHECK (rate_limit > 0);
  ALTER TABLE write_keys
    ADD COLUMN scopes text[] NOT NULL DEFAULT '{server,browser,pixel}',
    ADD COLUMN allowed_origins text[] NOT NULL DEFAULT '{}',
    ADD COLUMN allowed_cidrs text[] NOT NULL DEFAULT '{}',
    ADD COLUMN rate_limit integer CHECK (rate_limit > 0);
  ALTER TABLE destinations ADD COLUMN secrets text;
  ALTER TABLE connections ADD COLUMN filter jsonb;
  ALTER TABLE admin_tokens ADD CHECK (role IN ('instance-admin', 'workspace-admin', 'workspace-viewer'))`;

// Usage has a table of its own: an update of `write_keys` would count as a change of the configuration. The audit log outlives
// the resources that it describes, so it has no foreign keys.
const RECORDS = `
  CREATE TABLE write_key_usage (
    write_key_id text COLLATE "C" NOT NULL REFERENCES write_keys ON DELETE CASCADE,
    day date NOT NULL,
    outcome text NOT NULL,
    count bigint NOT NULL,
    last_at timestamptz NOT NULL,
    PRIMARY KEY (write_key_id, day, outcome)
  );
  CREATE TABLE audit_log (
    id text COLLATE "C" PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    workspace_id text,
    token_id text NOT NULL,
    token_name text NOT NULL,
    address text,
    user_agent text,
    action text NOT NULL,
    resource_type text NOT NULL,
    resource_id text NOT NULL,
    before jsonb,
    after jsonb
  );
  CREATE INDEX audit_log_workspace_id ON audit_log (workspace_id, id);
  CREATE INDEX audit_log_resource_id ON audit_log (resource_id, id);
  CREATE TABLE idempotency_keys (
    token_id text NOT NULL REFERENCES admin_tokens ON DELETE CASCADE,
    key text NOT NULL,
    request_hash bytea NOT NULL,
    answer text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (token_id, key)
  );
  CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at)`;

/** Tables and columns of the admin API: entity tags, unique names, key restrictions, secrets, usage, and the audit log. */
export class Administration1795305600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...IN_ORDER_OF_TIME, ...CHANGES, ...NAMES, RESTRICTIONS, RECORDS])
      await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE write_key_usage, audit_log, idempotency_keys');
    await runner.query('DROP INDEX workspaces_name_unique, sources_name_unique, destinations_name_unique');
    await runner.query('DROP INDEX write_keys_name_unique');
    await runner.query('ALTER TABLE workspaces DROP COLUMN rate_limit');
    await runner.query(
      'ALTER TABLE write_keys DROP COLUMN scopes, DROP COLUMN allowed_origins, DROP COLUMN allowed_cidrs, DROP COLUMN rate_limit',
    );
    await runner.query('ALTER TABLE destinations DROP COLUMN secrets');
    await runner.query('ALTER TABLE connections DROP COLUMN filter');
    await runner.query('ALTER TABLE admin_tokens DROP CONSTRAINT admin_tokens_role_check');
    for (const table of VERSIONED) await runner.query(`ALTER TABLE ${table} DROP COLUMN version`);
    for (const table of VERSIONED.filter((name) => name !== 'destinations'))
      await runner.query(`ALTER TABLE ${table} DROP COLUMN updated_at`);
    for (const table of TABLES) await runner.query(`ALTER TABLE ${table} ALTER COLUMN id TYPE text`);
  }
}
