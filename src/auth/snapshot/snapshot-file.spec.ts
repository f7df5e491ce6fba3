import { hash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { knownKey } from '../../../test/support/known-key.js';
import { type KeyPolicy } from '../keys/key-policy.js';
import { type KnownKey } from '../keys/known-key.js';
import { KnownKeys } from '../keys/known-keys.js';
import { SnapshotFile } from './snapshot-file.js';
import { SnapshotDamaged } from './snapshot-format.js';

const AS_OF = new Date('2026-03-04T05:06:07Z');
const shop = { id: 'src_1', workspaceId: 'ws_1', enabled: true, workspaceLimit: 5 };
const site = { id: 'src_2', workspaceId: 'ws_1', enabled: false, workspaceLimit: null };

let folder: string;
let path: string;
let file: SnapshotFile;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-snapshot-'));
  path = join(folder, 'write-keys.snapshot');
  file = new SnapshotFile(path);
});
afterEach(() => rm(folder, { recursive: true }));

const keys: ReadonlyMap<string, KnownKey> = new Map([
  ['hash-1', knownKey({ id: 'wkey_1', source: shop })],
  ['hash-2', knownKey({ id: 'wkey_2', source: site, revoked: true, policy: { rateLimit: 9 } })],
  ['hash-3', knownKey({ id: 'wkey_3', source: shop, expiresAt: 77, policy: { scopes: ['pixel'] } })],
]);
const readBack = async () => (await KnownKeys.of((await file.read()).rows)).byHash;

/** A file with the head and lines, and the checksum of both. */
const sealed = (lines: readonly string[]) => {
  const body = `${lines.join('\n')}\n`;
  return `${body}{"sha256":"${hash('sha256', body)}"}\n`;
};

describe('SnapshotFile', () => {
  it('gives back what was written, and as of when', async () => {
    await file.write(keys, AS_OF);
    expect(await readBack()).toEqual(keys);
    expect((await file.read()).asOf).toEqual(AS_OF);
  });

  it('gives back no keys where there were none', async () => {
    await file.write(new Map(), AS_OF);
    expect(await readBack()).toEqual(new Map());
  });

  it('gives back more keys than are written at once', async () => {
    const many = new Map(
      Array.from({ length: 8_000 }, (_, index) => [`hash-${index}`, knownKey({ id: `wkey_${index}` })]),
    );
    await file.write(many, AS_OF);
    expect(await readBack()).toEqual(many);
  });

  it('can be told that it is still right', async () => {
    await file.write(keys, AS_OF);
    const later = new Date(AS_OF.getTime() + 60_000);
    await file.confirm(later);
    expect((await file.read()).asOf).toEqual(later);
    expect(await readBack()).toEqual(keys);
  });

  it('is for its owner alone, leaves nothing beside it, and replaces the one before', async () => {
    await file.write(keys, AS_OF);
    await file.write(new Map(), AS_OF);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['write-keys.snapshot']);
    expect(await readBack()).toEqual(new Map());
  });

  it('is not there before the first', async () => {
    await expect(file.read()).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.each<[string, (whole: string) => string]>([
    ['is empty', () => ''],
    ['is cut off', (whole) => whole.slice(0, -40)],
    ['lost a line', (whole) => whole.split('\n').toSpliced(1, 1).join('\n')],
    ['has another letter', (whole) => whole.replace('src_1', 'src_9')],
    ['has something behind it', (whole) => `${whole}x`],
    ['is of another kind', () => 'nonsense\n'],
  ])('does not count when it %s', async (_, damage) => {
    await file.write(keys, AS_OF);
    await writeFile(path, damage(await readFile(path, 'utf8')));
    await expect(file.read()).rejects.toThrow(SnapshotDamaged);
  });

  it('leaves the one before when it cannot be written', async () => {
    await file.write(keys, AS_OF);
    const broken = new Map(keys);
    broken.entries = () => {
      throw new Error('out of memory');
    };
    broken[Symbol.iterator] = broken.entries;
    await expect(file.write(broken, AS_OF)).rejects.toThrow('out of memory');
    expect(await readBack()).toEqual(keys);
  });
});

describe('a file of another release', () => {
  it('of version 1 is read', async () => {
    const restrictions = JSON.stringify('[["pixel"],["https://a.example"],["10.0.0.0/8"]]');
    const open = JSON.stringify('[["server","browser","pixel"],[],[]]');
    const lines = [
      '{"format":"tributary-write-keys","version":1}',
      `{"source":["src_1","ws_1",true,5],"keys":[["wkey_1","hash-1",null,false,null,null],["wkey_2","hash-2",77,true,9,${restrictions}]]}`,
      `{"source":["src_2","ws_1",false,null],"keys":[["wkey_3","hash-3",null,false,9,null],["wkey_4","hash-4",null,false,null,${open}]]}`,
    ];
    await writeFile(path, sealed(lines));
    const restricted: Partial<KeyPolicy> = {
      scopes: ['pixel'],
      allowedOrigins: ['https://a.example'],
      allowedCidrs: ['10.0.0.0/8'],
      rateLimit: 9,
    };
    expect(await readBack()).toEqual(
      new Map([
        ['hash-1', knownKey({ id: 'wkey_1', source: shop })],
        [
          'hash-2',
          knownKey({ id: 'wkey_2', source: shop, expiresAt: 77, revoked: true, policy: restricted }),
        ],
        ['hash-3', knownKey({ id: 'wkey_3', source: site, policy: { rateLimit: 9 } })],
        [
          'hash-4',
          knownKey({ id: 'wkey_4', source: site, policy: { scopes: ['server', 'browser', 'pixel'] } }),
        ],
      ]),
    );
  });

  it('with a field that this release does not know is read without it', async () => {
    const source = JSON.stringify(shop);
    const key = '{"id":"wkey_1","hash":"hash-1","later":1,"policy":{"rateLimit":9,"later":[1]}}';
    await writeFile(
      path,
      sealed(['{"format":"tributary-write-keys","version":2}', `{"source":${source},"keys":[${key}]}`]),
    );
    expect((await readBack()).get('hash-1')).toMatchObject({ id: 'wkey_1', policy: { rateLimit: 9 } });
  });

  it.each(['{"format":"tributary-write-keys","version":3}', '{"format":"another","version":2}'])(
    'with the head %s is not read',
    async (head) => {
      await writeFile(path, sealed([head]));
      await expect(file.read()).rejects.toThrow(SnapshotDamaged);
    },
  );
});
