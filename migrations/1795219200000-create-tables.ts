import { type MigrationInterface, type QueryRunner } from 'typeorm';

const TENANTS = `
  CREATE TABLE workspaces (
    id text PRIMARY KEY,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE sources (
    id text PRIMARY KEY,
    workspace_id text NOT NULL REFERENCES workspaces,
    name text NOT NULL,
    enabled boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX sources_workspace_id ON sources (workspace_id);
  CREATE TABLE write_keys (
    id text PRIMARY KEY,
    source_id text NOT NULL REFERENCES sources ON DELETE CASCADE,
    name text NOT NULL,
    hash bytea NOT NULL UNIQUE,
    prefix text NOT NULL,
    expires_at timestamptz,
    revoked_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX write_keys_source_id ON write_keys (source_id);
  CREATE TABLE admin_tokens (
    id text PRIMARY KEY,
    name text NOT NULL,
    role text NOT NULL,
    workspace_id text REFERENCES workspaces ON DELETE CASCADE,
    hash bytea NOT NULL UNIQUE,
    prefix text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    CHECK ((role = 'instance-admin') = (workspace_id IS NULL))
  )`;

// Events are stored as text, not jsonb: jsonb rejects \u0000 and changes large numbers, but an event must stay as it is.
const ROUTING = `
  CREATE TABLE destinations (
    id text PRIMARY KEY,
    workspace_id text NOT NULL REFERENCES workspaces,
    type text NOT NULL,
    name text NOT NULL,
    settings jsonb NOT NULL,
    enabled boolean NOT NULL DEFAULT true,
    paused_at timestamptz,
    pause_reason text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE INDEX destinations_workspace_id ON destinations (workspace_id);
  CREATE TABLE connections (
    id text PRIMARY KEY,
    source_id text NOT NULL REFERENCES sources ON DELETE CASCADE,
    destination_id text NOT NULL REFERENCES destinations ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (source_id, destination_id)
  );
  CREATE INDEX connections_destination_id ON connections (destination_id);
  CREATE TABLE deliveries (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    destination_id text NOT NULL REFERENCES destinations ON DELETE CASCADE,
    origin text NOT NULL,
    message_id text NOT NULL,
    event text NOT NULL,
    attempt integer NOT NULL,
    due_at timestamptz NOT NULL,
    first_failed_at timestamptz NOT NULL,
    last_status integer,
    last_reason text NOT NULL,
    claimed_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (destination_id, origin)
  );
  CREATE INDEX deliveries_due_at ON deliveries (due_at)`;

// Every change of the configuration increments the version in the only row and keeps that row locked until it commits. These
// rare transactions therefore commit one after another: a reader of version N sees every change up to N. The trigger runs
// BEFORE the statement, so this lock is taken ahead of the row locks of the change; otherwise two changes could deadlock.
const CONFIG_VERSION = `
  CREATE TABLE config_version (version bigint NOT NULL, one boolean PRIMARY KEY DEFAULT true CHECK (one));
  INSERT INTO config_version (version) VALUES (1);
  CREATE FUNCTION advance_config_version() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    UPDATE config_version SET version = version + 1;
    RETURN NULL;
  END $$`;

const WATCHED = ['workspaces', 'sources', 'write_keys', 'destinations', 'connections'];

/** The first tables: tenants and their keys, destinations, pending deliveries, and the version counter of the configuration. */
export class CreateTables1795219200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statements of [TENANTS, ROUTING, CONFIG_VERSION]) await runner.query(statements);
    for (const table of WATCHED) {
      await runner.query(
        `CREATE TRIGGER ${table}_advance_config_version BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON ${table}
         FOR EACH STATEMENT EXECUTE FUNCTION advance_config_version()`,
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE deliveries, connections, destinations, admin_tokens, write_keys, sources, workspaces',
    );
    await runner.query('DROP TABLE config_version');
    await runner.query('DROP FUNCTION advance_config_version()');
  }
}
