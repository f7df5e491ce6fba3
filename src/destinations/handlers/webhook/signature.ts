import { createHash, createHmac } from 'node:crypto';

/** `whsec_` and 24 to 64 bytes in base64, as Standard Webhooks requires. */
export const SECRET_FORMAT =
  /^whsec_(?=.{32,88}$)(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Characters that a header carries unchanged. A message id with others is signed and sent as its hash. */
const HEADER_SAFE = /^[\x21-\x7e]+$/;

/** The three headers of Standard Webhooks, with an HMAC-SHA256 of `id.timestamp.body` per secret. */
export function signatureHeaders(
  secrets: readonly string[],
  messageId: string,
  at: Date,
  body: string,
): Record<string, string> {
  const id = HEADER_SAFE.test(messageId) ? messageId : batchId([messageId]);
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

/** Id of a batch. The same messages have the same id in every delivery, so a receiver can detect a repetition. */
export function batchId(messageIds: readonly string[]): string {
  return `msg_${createHash('sha256').update(JSON.stringify(messageIds)).digest('hex').slice(0, 32)}`;
}
