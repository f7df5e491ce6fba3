import { createCipheriv, createDecipheriv, hash, hkdfSync, randomBytes } from 'node:crypto';
import { type EntityManager, LessThan } from 'typeorm';
import { IdempotencyKey } from '../../database/entities/idempotency-key.entity.js';
import { type RequestContext, type Repetition } from '../access/request-context.js';
import { Problem } from '../problems/problem.js';

/** How long an answer is kept for repetitions. */
const KEPT_MS = 86_400_000;
const KEY_FORMAT = /^[\x21-\x7e]{1,255}$/;

/** What the same request was answered before, parsed; undefined when it is new or not repeatable. */
export async function givenAnswer(
  manager: EntityManager,
  { actor, repeatable }: RequestContext,
): Promise<unknown> {
  if (repeatable === undefined) return undefined;
  if (!KEY_FORMAT.test(repeatable.key)) {
    const detail = 'Idempotency-Key must have 1 to 255 visible ASCII characters';
    throw new Problem('invalid_request', detail, { faults: [{ parameter: 'Idempotency-Key', detail }] });
  }
  await manager.delete(IdempotencyKey, { createdAt: LessThan(new Date(Date.now() - KEPT_MS)) });
  const where = { tokenId: actor.tokenId, key: repeatable.key };
  const row = await manager.findOneBy(IdempotencyKey, where);
  if (row === null) return undefined;
  if (!row.requestHash.equals(hashOf(repeatable))) {
    throw new Problem('idempotency_key_reused', 'This Idempotency-Key came with another request before');
  }
  return JSON.parse(opened(row.answer, repeatable)) as unknown;
}

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

/** The answer may show a new key or token, so only the caller's own token opens it again: AES-256-GCM. */
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
