import { type Made } from '../database/bootstrap.js';
import { type Started } from './start.js';

type Shown = Pick<Started, 'address' | 'dataDir'> & Partial<Made>;

/** What a person needs after the first start: shown once, because keys and tokens are stored hashed. */
export function welcome({ address, writeKey, adminToken, dataDir }: Shown): string {
  const key = writeKey ?? 'YOUR_WRITE_KEY';
  const line = (name: string, value: string | undefined) =>
    value === undefined ? [] : [`  ${name.padEnd(12)} ${value}`];
  return [
    '',
    'Tributary is listening.',
    '',
    ...line('address', address),
    ...line('write key', writeKey),
    ...line('admin token', adminToken),
    ...line('Swagger UI', `${address}/docs`),
    ...line('data', dataDir),
    '',
    'Send a first event:',
    '',
    `  curl -u '${key}:' ${address}/v1/track -H 'Content-Type: application/json' -d '{"userId":"user-1","event":"Hello"}'`,
    '',
    '',
  ].join('\n');
}
