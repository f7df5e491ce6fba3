import { type EntityManager } from 'typeorm';
import { type WriteKeyDto } from '../credentials/write-key-answer.dto.js';
import { type WriteKeyView } from '../credentials/write-key-view.js';

interface LastUse {
  readonly id: string;
  readonly last_at: Date;
}

// One step into the index for each key, however many days of counts it has: the newest day has the newest time.
const LAST_USES = `SELECT wanted.id, used.last_at FROM unnest($1::text[]) AS wanted(id), LATERAL (
    SELECT last_at FROM write_key_usage WHERE write_key_id = wanted.id AND outcome = 'accepted'
    ORDER BY day DESC LIMIT 1
  ) AS used`;

/** Adds to a page of write keys when each was used last, with one query for all. */
export async function allWithLastUse(
  manager: EntityManager,
  keys: readonly WriteKeyView[],
): Promise<WriteKeyDto[]> {
  const rows = await manager.query<LastUse[]>(LAST_USES, [keys.map(({ id }) => id)]);
  const lastUses = new Map(rows.map(({ id, last_at }) => [id, last_at]));
  return keys.map((key) => ({ ...key, lastUsedAt: lastUses.get(key.id) ?? null }));
}

export async function withLastUse(manager: EntityManager, key: WriteKeyView): Promise<WriteKeyDto> {
  const [shown] = await allWithLastUse(manager, [key]);
  return { ...key, lastUsedAt: shown?.lastUsedAt ?? null };
}
