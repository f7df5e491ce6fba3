import { type DataSource, type EntityManager } from 'typeorm';
import { isJsonObject, type JsonObject } from '../../events/event.js';
import { type SecretBox } from '../../secrets/secret-box.js';
import { DamagedSecret, NoSecretKey, UnknownSecretKey } from '../../secrets/secret-errors.js';
import { handlerOf } from './destination-types.js';
import { splitSettings } from './split-settings.js';
import { openSecrets, type StoredSettings } from './stored-settings.js';

const BATCH = 100;

export interface Resealed {
  /** Number of destinations. */
  readonly seen: number;
  /** Number of destinations whose secrets were sealed under another key, or not at all. */
  readonly sealed: number;
  /** Destinations that stay unchanged, each with a sentence why. */
  readonly unopened: readonly { readonly id: string; readonly problem: string }[];
}

interface Row extends StoredSettings {
  readonly type: string;
}

/**
 * Seals the secrets of every destination under the first key. It may run while instances run, and may be interrupted: each
 * batch is a transaction, and a second run skips what is done. Throws NoSecretKey.
 */
export async function resealAll(database: DataSource, box: SecretBox): Promise<Resealed> {
  if (box.keyId === undefined) throw new NoSecretKey();
  const unopened: { id: string; problem: string }[] = [];
  let [seen, sealed, last] = [0, 0, ''];
  for (;;) {
    const rows = await database.transaction(async (manager) => {
      const batch = await nextBatch(manager, last);
      for (const row of batch) {
        const outcome = await reseal(manager, row, box);
        if (outcome === 'sealed') sealed += 1;
        else if (outcome !== 'current') unopened.push({ id: row.id, problem: outcome.message });
      }
      return batch;
    });
    seen += rows.length;
    last = rows.at(-1)?.id ?? last;
    if (rows.length < BATCH) return { seen, sealed, unopened };
  }
}

/**
 * Locks the workspaces of the batch, as each change locks its own: locking the rows first could deadlock with a change. The
 * locks also keep other changes away from these rows until the commit.
 */
async function nextBatch(manager: EntityManager, last: string): Promise<readonly Row[]> {
  await manager.query(
    `SELECT id FROM workspaces
     WHERE id IN (SELECT workspace_id FROM destinations WHERE id > $1 ORDER BY id LIMIT $2) ORDER BY id FOR NO KEY UPDATE`,
    [last, BATCH],
  );
  return manager.query<Row[]>(
    'SELECT id, type, settings, secrets FROM destinations WHERE id > $1 ORDER BY id LIMIT $2 FOR UPDATE',
    [last, BATCH],
  );
}

/** The version, and so the entity tag, stays: nothing that the API shows has changed. */
async function reseal(
  manager: EntityManager,
  row: Row,
  box: SecretBox,
): Promise<'sealed' | 'current' | UnknownSecretKey | DamagedSecret> {
  try {
    const change = resealed(row, box);
    if (change === undefined) return 'current';
    await manager.query(
      'UPDATE destinations SET settings = coalesce($2::jsonb, settings), secrets = $3 WHERE id = $1',
      [row.id, change.settings, change.secrets],
    );
    return 'sealed';
  } catch (error) {
    if (error instanceof UnknownSecretKey || error instanceof DamagedSecret) return error;
    throw error;
  }
}

/**
 * The new columns of a row, null for a column that stays; undefined when the row stays. Sealed secrets stay sealed, also for a
 * type that this build does not have.
 */
function resealed(row: Row, box: SecretBox): { settings: JsonObject | null; secrets: string } | undefined {
  const sealed = openSecrets(box, row);
  const handler = handlerOf(row.type);
  const settings = isJsonObject(row.settings) ? row.settings : {};
  const { plain, secrets } = handler ? splitSettings(handler, settings) : { plain: settings, secrets: {} };
  const hasPlainSecrets = Object.keys(secrets).length > 0;
  const isCurrent = row.secrets === null || box.isCurrent(row.secrets);
  if (isCurrent && !hasPlainSecrets) return undefined;
  return {
    settings: hasPlainSecrets ? plain : null,
    secrets: box.seal(JSON.stringify({ ...secrets, ...sealed }), row.id),
  };
}
