import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Role } from '../config/config.js';
import { mayStartWithout, writeKeysFile } from './standby.js';

let withFile: string;

beforeAll(() => {
  withFile = mkdtempSync(join(tmpdir(), 'tributary-standby-'));
  writeFileSync(writeKeysFile(withFile), '');
});

afterAll(() => rmSync(withFile, { recursive: true }));

describe('mayStartWithout', () => {
  const DATABASE_URL = 'postgres://127.0.0.1/tributary';

  it.each<[string, boolean, { DATABASE_URL?: string; ROLES: readonly Role[]; file?: boolean }]>([
    ['a collector with write keys on disk', true, { DATABASE_URL, ROLES: ['collector'] }],
    ['all roles in one process', true, { DATABASE_URL, ROLES: ['collector', 'delivery', 'admin'] }],
    ['a collector without that file', false, { DATABASE_URL, ROLES: ['collector'], file: false }],
    ['a process that takes no calls', false, { DATABASE_URL, ROLES: ['delivery', 'admin'] }],
    ['one with an embedded Postgres', false, { ROLES: ['collector', 'delivery', 'admin'] }],
  ])('%s: %s', (_, may, { file = true, ...given }) => {
    expect(mayStartWithout({ ...given, DATA_DIR: file ? withFile : join(withFile, 'none') })).toBe(may);
  });
});
