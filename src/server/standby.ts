import { existsSync } from 'node:fs';
import { writeKeysFile } from '../auth/snapshot/snapshot-file.js';
import { type Config } from '../config/config.js';

type StandbyConfig = Pick<Config, 'DATABASE_URL' | 'DATA_DIR' | 'ROLES'>;

/** Whether this process has work to do without Postgres: a collector with a snapshot of the write keys on disk (DESIGN 5.6). */
export function canWorkWithoutPostgres({ DATABASE_URL, DATA_DIR, ROLES }: StandbyConfig): boolean {
  return DATABASE_URL !== undefined && ROLES.includes('collector') && existsSync(writeKeysFile(DATA_DIR));
}
