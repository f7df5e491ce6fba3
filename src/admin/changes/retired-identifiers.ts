import { type EntityManager } from 'typeorm';

const OF_OTHERS = `
  SELECT identifier FROM retired_identifiers WHERE identifier = ANY ($1) AND workspace_id <> $2`;

/** The form in which the hash of a write key is exported, and retired when the key is deleted. */
export const hashText = (hash: Buffer): string => `sha256:${hash.toString('hex')}`;

/**
 * Which of these identifiers belonged to something that another workspace has deleted: ids, and hashes as `hashText`. A trigger
 * records them with each deletion. They stay with their workspace for good, also after that workspace was deleted: apps may
 * still send with a deleted key, and records of deliveries outlive their destination.
 */
export async function retiredElsewhere(
  manager: EntityManager,
  workspaceId: string,
  identifiers: readonly string[],
): Promise<ReadonlySet<string>> {
  if (identifiers.length === 0) return new Set();
  const rows = await manager.query<{ identifier: string }[]>(OF_OTHERS, [identifiers, workspaceId]);
  return new Set(rows.map(({ identifier }) => identifier));
}
