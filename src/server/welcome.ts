import { type FirstCredentials } from '../database/bootstrap.js';
import { type Started } from './start.js';

type Facts = Pick<Started, 'address' | 'dataDir'> &
  Partial<FirstCredentials> & {
    /** Path of the file that has the credentials, which then are not shown. */
    readonly file?: string;
  };

/** Text for the operator after a start. Credentials are in it for a terminal only, because other output is kept as a log. */
export function welcome({ address, writeKey, adminToken, dataDir, file }: Facts): string {
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
    ...line('credentials', file),
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
