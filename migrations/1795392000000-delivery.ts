import { type MigrationInterface, type QueryRunner } from 'typeorm';

// Where a destination keeps the order per user, `order_key` is the user and `sequence` the order: later events of the user wait
// for earlier ones. `headers` are those of the event's record that are passed on (traceparent, replay).
const DELIVERIES = `
  ALTER TABLE deliveries
    ADD COLUMN sequence bigint GENERATED ALWAYS AS IDENTITY,
    ADD COLUMN order_key text,
    ADD COLUMN headers jsonb NOT NULL DEFAULT '{}';
  CREATE INDEX deliveries_order ON deliveries (destination_id, order_key, sequence) WHERE order_key IS NOT NULL;
  CREATE INDEX deliveries_message_id ON deliveries (message_id)`;

// The dead letters topic has all dead letters. This table is the index for reading and redelivery, bounded per destination.
const DEAD_LETTERS = `
  CREATE TABLE dead_letters (
    id text COLLATE "C" PRIMARY KEY,
    destination_id text COLLATE "C" NOT NULL REFERENCES destinations ON DELETE CASCADE,
    source_id text NOT NULL,
    origin text NOT NULL,
    message_id text NOT NULL,
    event_type text NOT NULL,
    event_name text,
    event text NOT NULL,
    headers jsonb NOT NULL DEFAULT '{}',
    reason text NOT NULL,
    attempts integer NOT NULL,
    last_status integer,
    first_failed_at timestamptz NOT NULL,
    dead_at timestamptz NOT NULL DEFAULT now(),
    redelivered_at timestamptz,
    redeliveries integer NOT NULL DEFAULT 0,
    UNIQUE (destination_id, origin)
  );
  CREATE INDEX dead_letters_destination_id ON dead_letters (destination_id, id);
  CREATE INDEX dead_letters_message_id ON dead_letters (message_id);
  CREATE INDEX dead_letters_dead_at ON dead_letters (dead_at)`;

// No foreign key to the destination: a replay outlives it. The worker that holds the lease writes the progress.
const REPLAYS = `
  CREATE TABLE replays (
    id text COLLATE "C" PRIMARY KEY,
    workspace_id text COLLATE "C" NOT NULL REFERENCES workspaces ON DELETE CASCADE,
    destination_id text COLLATE "C" NOT NULL,
    criteria jsonb NOT NULL,
    plan jsonb NOT NULL,
    state text NOT NULL CHECK (state IN ('running', 'paused', 'completed', 'cancelled', 'failed')),
    reason text,
    rate_limit integer CHECK (rate_limit > 0),
    progress jsonb NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1,
    claimed_by text,
    claimed_until timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz
  );
  CREATE INDEX replays_workspace_id ON replays (workspace_id, id);
  CREATE INDEX replays_open ON replays (state) WHERE state IN ('running', 'paused')`;

// The outcome of each attempt, kept for a limited time: it answers where a message went. The oldest rows are deleted
// continuously. A BRIN index would not shrink after that, so the index on the time is a B-tree.
const ATTEMPTS = `
  CREATE TABLE delivery_attempts (
    destination_id text COLLATE "C" NOT NULL,
    source_id text NOT NULL,
    message_id text NOT NULL,
    attempt integer NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    outcome text NOT NULL,
    status integer,
    reason text,
    replay boolean NOT NULL DEFAULT false
  );
  CREATE INDEX delivery_attempts_message_id ON delivery_attempts (message_id);
  CREATE INDEX delivery_attempts_at ON delivery_attempts (at)`;

/** Tables and columns for order per user, dead letters, replays, and the delivery log. */
export class Delivery1795392000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statements of [DELIVERIES, DEAD_LETTERS, REPLAYS, ATTEMPTS]) await runner.query(statements);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE dead_letters, replays, delivery_attempts');
    await runner.query('DROP INDEX deliveries_order, deliveries_message_id');
    await runner.query(
      'ALTER TABLE deliveries DROP COLUMN sequence, DROP COLUMN order_key, DROP COLUMN headers',
    );
  }
}
