import { createHash, createHmac } from 'node:crypto';

/** `whsec_` and 24 to 64 bytes in base64, as Standard Webhooks asks. */
export const SECRET_FORMAT =
  /^whsec_(?=.{32,88}$)(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** What a header can carry unchanged; a message id of other characters is signed and sent as its hash. */
const HEADER_SAFE = /^[\x21-\x7e]+$/;

/** The three headers of Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, once with each secret. */
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

/** The same messages have the same id whenever they are sent, so that a receiver knows a repetition. */
export function batchId(messageIds: readonly string[]): string {
  return `msg_${createHash('sha256').update(JSON.stringify(messageIds)).digest('hex').slice(0, 32)}`;
}
