import { createHash, hash } from 'node:crypto';
import { type KeyPolicy } from '../keys/key-policy.js';
import { type KnownKey } from '../keys/known-key.js';
import { type WriteKeyRow } from '../keys/write-key-rows.js';
import { rowsOfVersion1 } from './snapshot-version-1.js';

/** The file was changed after it was written, or a release wrote it in a form that this one does not read. */
export class SnapshotDamaged extends Error {
  override readonly name = 'SnapshotDamaged';
}

const FORMAT = 'tributary-write-keys';
const VERSION = 2;
/** Characters that are written at once; the event loop runs between two pieces. */
const PIECE = 262_144;

/** A field with the value that most keys have is left out, and so is an unknown one: a new field needs no new version. */
interface StoredKey {
  readonly id: string;
  readonly hash: string;
  /** In ms since the epoch; left out when the key does not expire. */
  readonly expiresAt?: number;
  readonly revoked?: true;
  /** The policy fields that restrict something. */
  readonly policy?: Partial<KeyPolicy>;
}

/** A line of the file: a source and its write keys. */
interface Line {
  readonly source: KnownKey['source'];
  readonly keys: readonly StoredKey[];
}

/** Text of a file in pieces: a head, a line for each source, and the SHA-256 of all that. It holds hashes, never a key. */
export function* fileOf(keys: ReadonlyMap<string, KnownKey>): Generator<string> {
  const checksum = createHash('sha256');
  for (const piece of piecesOf(linesOf(keys))) {
    checksum.update(piece);
    yield piece;
  }
  yield sealOf(checksum.digest('hex'));
}

function* piecesOf(lines: Iterable<string>): Generator<string> {
  let piece = '';
  for (const line of lines) {
    piece += line;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

function* linesOf(keys: ReadonlyMap<string, KnownKey>): Generator<string> {
  yield `${JSON.stringify({ format: FORMAT, version: VERSION })}\n`;
  const bySource = new Map<KnownKey['source'], StoredKey[]>();
  for (const [digest, key] of keys) {
    const stored = bySource.get(key.source);
    if (stored === undefined) bySource.set(key.source, [storedKey(digest, key)]);
    else stored.push(storedKey(digest, key));
  }
  for (const [source, stored] of bySource) {
    const line: Line = { source, keys: stored };
    yield `${JSON.stringify(line)}\n`;
  }
}

const storedKey = (digest: string, { id, expiresAt, revoked, policy }: KnownKey): StoredKey => ({
  id,
  hash: digest,
  ...(expiresAt !== Infinity && { expiresAt }),
  ...(revoked && { revoked }),
  ...(policy !== undefined && { policy: policy.stored }),
});

const sealOf = (sha256: string): string => `{"sha256":"${sha256}"}\n`;

/** The rows of which a file was made, by this release or by one before it; throws SnapshotDamaged. */
export function rowsIn(file: Buffer): WriteKeyRow[] {
  const end = file.lastIndexOf('\n', -2) + 1;
  const body = file.subarray(0, end);
  if (file.toString('utf8', end) !== sealOf(hash('sha256', body, 'hex')))
    throw new SnapshotDamaged('the checksum is wrong');
  const [head = '', ...lines] = body.toString('utf8').trimEnd().split('\n');
  switch (versionIn(head)) {
    case 1:
      return lines.flatMap(rowsOfVersion1);
    case VERSION:
      return lines.flatMap(rowsOf);
    default:
      throw new SnapshotDamaged(`this release does not read its version: ${head}`);
  }
}

function versionIn(head: string): unknown {
  const { format, version } = JSON.parse(head) as { readonly format: unknown; readonly version: unknown };
  return format === FORMAT ? version : undefined;
}

function rowsOf(line: string): WriteKeyRow[] {
  const { source, keys } = JSON.parse(line) as Line;
  return keys.map(({ id, hash: digest, expiresAt = null, revoked = false, policy }) => ({
    id,
    hash: digest,
    expires_at: expiresAt,
    revoked,
    policy: policy === undefined ? null : JSON.stringify(policy),
    source_id: source.id,
    workspace_id: source.workspaceId,
    enabled: source.enabled,
    workspace_limit: source.workspaceLimit,
  }));
}
