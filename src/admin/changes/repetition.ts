import { createCipheriv, createDecipheriv, hash, hkdfSync, randomBytes } from 'node:crypto';
import { type EntityManager } from 'typeorm';
import { IdempotencyKey } from '../../database/entities/idempotency-key.entity.js';
import { type RequestContext, type Repetition } from '../access/request-context.js';
import { Problem } from '../problems/problem.js';

/** How long an answer is kept for repeated requests. */
const KEPT = '24 hours';
/** Skips rows that another request deletes at this moment: no change waits for one of another workspace. */
const DELETE_EXPIRED = `
  DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM idempotency_keys WHERE created_at < now() - $1::interval FOR UPDATE SKIP LOCKED))`;
const KEY_FORMAT = /^[\x21-\x7e]{1,255}$/;

/** The stored answer of the same request, parsed. Undefined for a new request and for one without an `Idempotency-Key`. */
export async function storedAnswer(
  manager: EntityManager,
  { actor, repeatable }: RequestContext,
): Promise<unknown> {
  if (repeatable === undefined) return undefined;
  if (!KEY_FORMAT.test(repeatable.key)) {
    const detail = 'Idempotency-Key must have 1 to 255 visible ASCII characters';
    throw new Problem('invalid_request', detail, { faults: [{ parameter: 'Idempotency-Key', detail }] });
  }
  await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `${actor.tokenId} ${repeatable.key}`,
  ]);
  await manager.query(DELETE_EXPIRED, [KEPT]);
  const where = { tokenId: actor.tokenId, key: repeatable.key };
  const row = await manager.findOneBy(IdempotencyKey, where);
  if (row === null) return undefined;
  if (!row.requestHash.equals(hashOf(repeatable))) {
    throw new Problem('idempotency_key_reused', 'This Idempotency-Key was used for another request');
  }
  return JSON.parse(opened(row.answer, repeatable)) as unknown;
}

/** Stores the answer of a request with an `Idempotency-Key`, in the transaction of its change. */
export async function keepAnswer(
  manager: EntityManager,
  { actor, repeatable }: RequestContext,
  answer: unknown,
): Promise<void> {
  if (repeatable === undefined) return;
  await manager.insert(IdempotencyKey, {
    tokenId: actor.tokenId,
    key: repeatable.key,
    requestHash: hashOf(repeatable),
    answer: sealed(JSON.stringify(answer ?? null), repeatable),
  });
}

const hashOf = ({ request }: Repetition): Buffer => hash('sha256', request, 'buffer');

/** AES-256-GCM with a key derived from the caller's token: the answer may show a new write key or admin token. */
function sealed(text: string, repeatable: Repetition): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyOf(repeatable), iv);
  const parts = [iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat(parts).toString('base64');
}

function opened(text: string, repeatable: Repetition): string {
  const bytes = Buffer.from(text, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', keyOf(repeatable), bytes.subarray(0, 12));
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8');
}

const keyOf = ({ token, key }: Repetition): Buffer =>
  Buffer.from(hkdfSync('sha256', token, key, 'tributary idempotent answer', 32));
