import { type MigrationInterface, type QueryRunner } from 'typeorm';

// Ids of deleted sources, destinations, write keys and workspaces, and hashes of deleted write keys (`sha256:…`), each with the
// workspace that had it. No foreign key: the row outlives the workspace.
const RETIRED = `
  CREATE TABLE retired_identifiers (
    identifier text COLLATE "C" PRIMARY KEY,
    workspace_id text COLLATE "C" NOT NULL,
    retired_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE FUNCTION retire_identifier() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO retired_identifiers (identifier, workspace_id)
      VALUES (OLD.id, CASE TG_TABLE_NAME WHEN 'workspaces' THEN OLD.id ELSE to_jsonb(OLD)->>'workspace_id' END)
      ON CONFLICT (identifier) DO NOTHING;
    RETURN NULL;
  END $$;
  CREATE FUNCTION retire_write_key() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO retired_identifiers (identifier, workspace_id)
      SELECT identifier, s.workspace_id
      FROM sources s, unnest(ARRAY[OLD.id, 'sha256:' || encode(OLD.hash, 'hex')]) identifier
      WHERE s.id = OLD.source_id
      ON CONFLICT (identifier) DO NOTHING;
    RETURN NULL;
  END $$`;

const RETIRING = {
  workspaces: 'retire_identifier',
  sources: 'retire_identifier',
  destinations: 'retire_identifier',
  write_keys: 'retire_write_key',
};

// The audit log has the ids of what was deleted until now, but no hashes. An id that is in use again stays with its new owner.
const BACKFILL_IDS = `
  INSERT INTO retired_identifiers (identifier, workspace_id, retired_at)
  SELECT DISTINCT ON (resource_id) resource_id, workspace_id, at FROM audit_log a
  WHERE action = 'delete' AND resource_type IN ('workspace', 'source', 'destination', 'write_key') AND workspace_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM workspaces w WHERE w.id = a.resource_id)
    AND NOT EXISTS (SELECT 1 FROM sources s WHERE s.id = a.resource_id)
    AND NOT EXISTS (SELECT 1 FROM destinations d WHERE d.id = a.resource_id)
    AND NOT EXISTS (SELECT 1 FROM write_keys k WHERE k.id = a.resource_id)
  ORDER BY resource_id, a.id DESC`;

// Null for an attempt of a destination that is deleted, and for one that a process of an older release records.
const ATTEMPTS = 'ALTER TABLE delivery_attempts ADD COLUMN workspace_id text COLLATE "C"';
const BACKFILL_ATTEMPTS = `
  UPDATE delivery_attempts a SET workspace_id = d.workspace_id FROM destinations d WHERE d.id = a.destination_id`;

// The version is now advanced once per transaction, as the last thing before its commit: only commits wait for one another, not
// whole changes. The row stays locked until the commit, so a reader of version N still sees every change up to N.
const AT_COMMIT = `
  CREATE TABLE config_changes (xid xid8 PRIMARY KEY);
  CREATE OR REPLACE FUNCTION advance_config_version() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO config_changes VALUES (pg_current_xact_id()) ON CONFLICT DO NOTHING;
    RETURN NULL;
  END $$;
  CREATE FUNCTION advance_config_version_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    DELETE FROM config_changes WHERE xid = NEW.xid;
    UPDATE config_version SET version = version + 1;
    RETURN NULL;
  END $$;
  CREATE CONSTRAINT TRIGGER config_changes_advance_config_version AFTER INSERT ON config_changes
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION advance_config_version_at_commit()`;

const AT_ONCE = `
  CREATE OR REPLACE FUNCTION advance_config_version() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    UPDATE config_version SET version = version + 1;
    RETURN NULL;
  END $$;
  DROP TABLE config_changes;
  DROP FUNCTION advance_config_version_at_commit()`;

/** Keeps tenants apart: identifiers of deleted things, attempts with their workspace, and changes that do not wait for others. */
export class Tenancy1795737600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [RETIRED, BACKFILL_IDS, ATTEMPTS, BACKFILL_ATTEMPTS, AT_COMMIT])
      await runner.query(statement);
    for (const [table, retire] of Object.entries(RETIRING))
      await runner.query(
        `CREATE TRIGGER ${table}_retire AFTER DELETE ON ${table} FOR EACH ROW EXECUTE FUNCTION ${retire}()`,
      );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of Object.keys(RETIRING)) await runner.query(`DROP TRIGGER ${table}_retire ON ${table}`);
    await runner.query('DROP FUNCTION retire_identifier()');
    await runner.query('DROP FUNCTION retire_write_key()');
    await runner.query('DROP TABLE retired_identifiers');
    await runner.query('ALTER TABLE delivery_attempts DROP COLUMN workspace_id');
    await runner.query(AT_ONCE);
  }
}
