import { hash } from 'node:crypto';
import { type KnownKey } from '../keys/known-key.js';
import { type WriteKeyRow } from '../keys/write-key-rows.js';

/** The file is not what was written, or was written by a version that writes otherwise. */
export class SnapshotDamaged extends Error {
  override readonly name = 'SnapshotDamaged';
}

const HEAD = '{"format":"tributary-write-keys","version":1}\n';

type SourceFields = readonly [
  id: string,
  workspaceId: string,
  enabled: boolean,
  workspaceLimit: number | null,
];
type KeyFields = readonly [
  id: string,
  hash: string,
  expiresAt: number | null,
  revoked: boolean,
  rateLimit: number | null,
  restrictions: string | null,
];

/** A line of the file: a source and its keys. */
interface Line {
  readonly source: SourceFields;
  readonly keys: readonly KeyFields[];
}

/** Text of the file but for its last line, in pieces of one line: hashes only, never a key. */
export function* linesOf(keys: ReadonlyMap<string, KnownKey>): Generator<string> {
  yield HEAD;
  const hashesOf = new Map<KnownKey['source'], string[]>();
  for (const [digest, { source }] of keys) {
    const hashes = hashesOf.get(source);
    if (hashes === undefined) hashesOf.set(source, [digest]);
    else hashes.push(digest);
  }
  for (const [{ id, workspaceId, enabled, workspaceLimit }, hashes] of hashesOf) {
    const line: Line = {
      source: [id, workspaceId, enabled, workspaceLimit],
      keys: hashes.flatMap((digest) => fieldsOf(digest, keys.get(digest))),
    };
    yield `${JSON.stringify(line)}\n`;
  }
}

/** JSON has no Infinity, which is a key's that does not expire: it becomes null. */
const fieldsOf = (digest: string, key: KnownKey | undefined): KeyFields[] =>
  key === undefined
    ? []
    : [[key.id, digest, key.expiresAt, key.revoked, key.rateLimit, key.restrictions?.text ?? null]];

/** Last line of the file: SHA-256 of all others, which tells a whole file from a damaged one. */
export const sealOf = (sha256: string): string => `{"sha256":"${sha256}"}\n`;

/** The rows that a file was made of; throws SnapshotDamaged. */
export function rowsIn(file: Buffer): WriteKeyRow[] {
  const end = file.lastIndexOf('\n', -2) + 1;
  const body = file.subarray(0, end);
  if (file.toString('utf8', end) !== sealOf(hash('sha256', body, 'hex')))
    throw new SnapshotDamaged('the checksum is wrong');
  const [head, ...lines] = body.toString('utf8').trimEnd().split('\n');
  if (`${head}\n` !== HEAD) throw new SnapshotDamaged('it is of another version');
  return lines.flatMap((line) => rowsOf(JSON.parse(line) as Line));
}

function rowsOf({ source, keys }: Line): WriteKeyRow[] {
  const [source_id, workspace_id, enabled, workspace_limit] = source;
  return keys.map(([id, digest, expires_at, revoked, rate_limit, restrictions]) => ({
    id,
    hash: digest,
    expires_at,
    revoked,
    rate_limit,
    restrictions,
    source_id,
    workspace_id,
    enabled,
    workspace_limit,
  }));
}
