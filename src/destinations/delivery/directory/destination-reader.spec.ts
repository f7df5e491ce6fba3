import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../../../config/load-config.js';
import { SecretBox } from '../../../secrets/secret-box.js';
import { aKey } from '../../../../test/support/secret-keys.js';
import { AllowedTypes } from '../../settings/allowed-types.js';
import { DestinationReader } from './destination-reader.js';
import { type DestinationRow } from './destination-rows.js';

const box = new SecretBox([aKey('one')]);
const quiet = () => vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
let error: ReturnType<typeof quiet>;
beforeEach(() => void (error = quiet()));
afterEach(() => error.mockRestore());

const row = (overrides: Partial<DestinationRow> = {}): DestinationRow => ({
  id: 'dst_1',
  workspaceId: 'wsp_1',
  type: 'webhook',
  settings: { url: 'https://example.com/' },
  secrets: null,
  enabled: true,
  paused: false,
  retryDelaysSeconds: null,
  connections: { src_1: null },
  createdAt: new Date(0),
  version: 1,
  ...overrides,
});
const read = (...rows: DestinationRow[]) =>
  new DestinationReader(box, new AllowedTypes(loadConfig({}))).read(rows);
const sealed = (secrets: object, owner = 'dst_1') => box.seal(JSON.stringify(secrets), owner);

describe('DestinationReader', () => {
  it('adds the defaults of settings, and the limits that follow from them', async () => {
    const [destination] = await read(row());
    expect(destination).toMatchObject({
      settings: { batch: false },
      limits: { maxItems: 1, timeoutMs: 10_000 },
    });
    expect([...destination!.sources.keys()]).toEqual(['src_1']);
  });

  it.each([
    [{}, 'active'],
    [{ paused: true }, 'paused'],
    [{ enabled: false }, 'disabled'],
  ])('%o is %s', async (overrides, state) => {
    expect(await read(row(overrides))).toMatchObject([{ state }]);
  });

  it('keeps the events of a destination whose type the operator does not allow', async () => {
    const reader = new DestinationReader(box, new AllowedTypes(loadConfig({ DESTINATION_TYPES: 's3' })));
    expect(await reader.read([row()])).toMatchObject([{ state: 'paused' }]);
    expect(await read(row())).toMatchObject([{ state: 'active' }]);
  });

  it('decrypts secrets', async () => {
    const headers = { authorization: 'Bearer canary' };
    expect(await read(row({ secrets: sealed({ headers }) }))).toMatchObject([{ settings: { headers } }]);
  });

  it('reads a row from before secrets were encrypted', async () => {
    const settings = { url: 'https://example.com/', headers: { a: 'b' } };
    expect(await read(row({ settings }))).toMatchObject([{ settings }]);
  });

  const foreign = new SecretBox([aKey('other')]).seal('{}', 'dst_1');
  it.each([
    { change: { type: 'unheard-of' }, said: { reason: 'unknown_type' } },
    { change: { settings: {} }, said: { reason: 'invalid_settings', properties: ['url'] } },
    { change: { settings: { url: 'nonsense' } }, said: { reason: 'invalid_settings', properties: ['url'] } },
    { change: { settings: [] }, said: { reason: 'invalid_settings' } },
    { change: { settings: null }, said: { reason: 'invalid_settings' } },
    {
      change: { secrets: sealed({ secret: 'canary' }) },
      said: { reason: 'invalid_settings', properties: ['secret'] },
    },
    { change: { secrets: foreign }, said: { reason: 'secret_key_unknown', key: aKey('other').id } },
    { change: { secrets: sealed({}, 'dst_2') }, said: { reason: 'secret_damaged' } },
    { change: { secrets: 'nonsense' }, said: { reason: 'secret_damaged' } },
    {
      change: { connections: { src_1: null, src_2: { type: 'x' } } },
      said: { reason: 'invalid_filter', source: 'src_2' },
    },
  ])('leaves out $change, keeps the others, and logs $said', async ({ change, said }) => {
    expect(await read(row(change), row({ id: 'dst_3' }))).toMatchObject([{ id: 'dst_3' }]);
    expect(error.mock.calls).toEqual([
      [{ event: 'destination.unusable', destination: 'dst_1', type: change.type ?? 'webhook', ...said }],
    ]);
    expect(JSON.stringify(error.mock.calls)).not.toContain('canary');
  });

  it('decrypts and logs changed rows only', async () => {
    const open = vi.spyOn(box, 'open');
    const reader = new DestinationReader(box, new AllowedTypes(loadConfig({})));
    const rows = [row({ secrets: sealed({ headers: {} }) }), row({ id: 'dst_2', type: 'unheard-of' })];
    await reader.read(rows);
    await reader.read(rows.map((same) => ({ ...same, paused: true })));
    expect([open.mock.calls.length, error.mock.calls.length]).toEqual([1, 1]);

    const changed = { ...rows[0]!, secrets: sealed({ headers: { a: 'b' } }) };
    expect(await reader.read([changed, rows[1]!])).toMatchObject([{ settings: { headers: { a: 'b' } } }]);
    expect([open.mock.calls.length, error.mock.calls.length]).toEqual([2, 1]);
    open.mockRestore();
  });

  it('applies another list of delays without preparing the rest again', async () => {
    const reader = new DestinationReader(box, new AllowedTypes(loadConfig({})));
    const [before] = await reader.read([row()]);
    const [after] = await reader.read([row({ version: 2, retryDelaysSeconds: [5, 60] })]);
    expect(before).toMatchObject({ version: 1, retryDelaysSeconds: null });
    expect(after).toMatchObject({ version: 2, retryDelaysSeconds: [5, 60] });
    expect(after!.settings).toBe(before!.settings);
  });

  it('yields to the event loop while it reads thousands of rows', async () => {
    const rows = Array.from({ length: 1_000 }, (_, n) =>
      row({ id: `dst_${n}`, secrets: sealed({}, `dst_${n}`) }),
    );
    let turns = 0;
    const turn = () => {
      turns += 1;
      next = setImmediate(turn);
    };
    let next = setImmediate(turn);
    expect(await read(...rows)).toHaveLength(1_000);
    clearImmediate(next);
    expect(turns).toBeGreaterThan(2);
  });
});
