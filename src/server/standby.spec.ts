import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeKeysFile } from '../auth/snapshot/snapshot-file.js';
import { type Role } from '../config/config.js';
import { canWorkWithoutPostgres } from './standby.js';

let withFile: string;

beforeAll(() => {
  withFile = mkdtempSync(join(tmpdir(), 'tributary-standby-'));
  writeFileSync(writeKeysFile(withFile), '');
});

afterAll(() => rmSync(withFile, { recursive: true }));

describe('canWorkWithoutPostgres', () => {
  const DATABASE_URL = 'postgres://127.0.0.1/tributary';

  it.each<[string, boolean, { DATABASE_URL?: string; ROLES: readonly Role[]; file?: boolean }]>([
    ['a collector with write keys on disk', true, { DATABASE_URL, ROLES: ['collector'] }],
    ['all roles in one process', true, { DATABASE_URL, ROLES: ['collector', 'delivery', 'admin'] }],
    ['a collector without that file', false, { DATABASE_URL, ROLES: ['collector'], file: false }],
    ['a process without the role collector', false, { DATABASE_URL, ROLES: ['delivery', 'admin'] }],
    ['a process with an embedded Postgres', false, { ROLES: ['collector', 'delivery', 'admin'] }],
  ])('%s: %s', (_, expected, { file = true, ...given }) => {
    expect(canWorkWithoutPostgres({ ...given, DATA_DIR: file ? withFile : join(withFile, 'none') })).toBe(
      expected,
    );
  });
});
