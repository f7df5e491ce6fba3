import { type DataSource, type EntityManager } from 'typeorm';
import { isJsonObject, type JsonObject } from '../../events/event.js';
import { type SecretBox } from '../../secrets/secret-box.js';
import { DamagedSecret, NoSecretKey, UnknownSecretKey } from '../../secrets/secret-errors.js';
import { handlerOf } from './destination-types.js';
import { splitSettings } from './split-settings.js';
import { openSecrets, type StoredSettings } from './stored-settings.js';

const BATCH = 100;

export interface Resealed {
  /** How many destinations there are. */
  readonly seen: number;
  /** How many were sealed under another key, or not at all. */
  readonly sealed: number;
  /** Those that stay as they are, and a sentence why. */
  readonly unopened: readonly { readonly id: string; readonly problem: string }[];
}

interface Row extends StoredSettings {
  readonly type: string;
}

/**
 * Seals the secrets of every destination under the first key. It may run beside instances and may be broken off: each batch
 * is a transaction, and what is done is not done again. Throws NoSecretKey.
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
 * Changes of the configuration begin by locking its version (their triggers do), so this one does too: with the rows first,
 * two could wait for each other. It also means that nobody changes these rows before the commit.
 */
async function nextBatch(manager: EntityManager, last: string): Promise<readonly Row[]> {
  await manager.query('SELECT version FROM config_version FOR UPDATE');
  return manager.query<Row[]>(
    'SELECT id, type, settings, secrets FROM destinations WHERE id > $1 ORDER BY id LIMIT $2',
    [last, BATCH],
  );
}

/** The entity tag stays: nothing that anybody can see has changed. */
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

/** The new columns of a row, null for one that stays; undefined when all may stay. What is sealed stays sealed, also of a type unknown to this build. */
function resealed(row: Row, box: SecretBox): { settings: JsonObject | null; secrets: string } | undefined {
  const sealed = openSecrets(box, row);
  const handler = handlerOf(row.type);
  const settings = isJsonObject(row.settings) ? row.settings : {};
  const { plain, secrets } = handler ? splitSettings(handler, settings) : { plain: settings, secrets: {} };
  const inTheClear = Object.keys(secrets).length > 0;
  const isCurrent = row.secrets === null || box.isCurrent(row.secrets);
  if (isCurrent && !inTheClear) return undefined;
  return {
    settings: inTheClear ? plain : null,
    secrets: box.seal(JSON.stringify({ ...secrets, ...sealed }), row.id),
  };
}
