import { type FirstCredentials } from '../database/bootstrap.js';
import { type Started } from './start.js';

type Facts = Pick<Started, 'address' | 'dataDir'> & Partial<FirstCredentials>;

/** Text for the terminal after the first start. It shows credentials that cannot be shown again: only their hashes are stored. */
export function welcome({ address, writeKey, adminToken, dataDir }: Facts): string {
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
