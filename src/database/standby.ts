import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Config } from '../config/config.js';

type StandbyConfig = Pick<Config, 'DATABASE_URL' | 'DATA_DIR' | 'ROLES'>;

/** The file with the write keys as they last were, from which a collector may serve while Postgres is away (DESIGN 5.6). */
export const writeKeysFile = (dataDir: string): string => join(dataDir, 'write-keys.snapshot');

/** Whether this process has something to do without Postgres: calls to take, with write keys from disk. */
export function mayStartWithout({ DATABASE_URL, DATA_DIR, ROLES }: StandbyConfig): boolean {
  return DATABASE_URL !== undefined && ROLES.includes('collector') && existsSync(writeKeysFile(DATA_DIR));
}
