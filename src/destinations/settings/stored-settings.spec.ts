import { describe, expect, it } from 'vitest';
import { aKey } from '../../../test/support/secret-keys.js';
import { SecretBox } from '../../secrets/secret-box.js';
import { DamagedSecret, NoSecretKey } from '../../secrets/secret-errors.js';
import { webhook } from '../handlers/webhook/webhook.handler.js';
import { joinSettings, splitSettings } from './split-settings.js';
import { openSettings, shownSettings, storedSettings } from './stored-settings.js';

const box = new SecretBox([aKey('one')]);
const url = 'https://example.com/';
const SECRETS = { secret: 'whsec_canary', headers: { authorization: 'Bearer canary' } };
const SETTINGS = { url, ...SECRETS, batch: true };

describe('splitSettings', () => {
  it('separates the settings that the class marks as secret; joinSettings is its inverse', () => {
    const split = splitSettings(webhook, SETTINGS);
    expect(split).toEqual({ plain: { url, batch: true }, secrets: SECRETS });
    expect(joinSettings(split)).toEqual(SETTINGS);
  });
});

describe('storedSettings', () => {
  it('stores no secret in plain text, and can be opened', () => {
    const stored = storedSettings(box, webhook, 'dst_1', SETTINGS);
    expect(stored.settings).toEqual({ url, batch: true });
    expect(JSON.stringify(stored)).not.toMatch(/canary|secret"/);
    expect(openSettings(box, { id: 'dst_1', ...stored })).toEqual(SETTINGS);
  });

  it('needs no key when there is no secret', () => {
    const none = new SecretBox([]);
    const stored = storedSettings(none, webhook, 'dst_1', { url });
    expect(stored).toEqual({ settings: { url }, secrets: null });
    expect(openSettings(none, { id: 'dst_1', ...stored })).toEqual({ url });
    expect(() => storedSettings(none, webhook, 'dst_1', SETTINGS)).toThrow(NoSecretKey);
  });

  it('is bound to its row', () => {
    const stored = storedSettings(box, webhook, 'dst_1', SETTINGS);
    expect(() => openSettings(box, { id: 'dst_2', ...stored })).toThrow(DamagedSecret);
  });

  it('opens a row with unsealed secrets, and prefers the sealed ones', () => {
    expect(openSettings(box, { id: 'dst_1', settings: SETTINGS, secrets: null })).toEqual(SETTINGS);
    const { secrets } = storedSettings(box, webhook, 'dst_1', SETTINGS);
    expect(openSettings(box, { id: 'dst_1', settings: { url, secret: 'old' }, secrets })).toMatchObject(
      SECRETS,
    );
  });
});

describe('shownSettings', () => {
  const shown = (row: { settings: unknown; secrets: string | null }, keys = box) =>
    shownSettings(keys, webhook, { id: 'dst_1', ...row });

  it('names the secrets without their values', () => {
    expect(shown(storedSettings(box, webhook, 'dst_1', SETTINGS))).toEqual({
      settings: { url, batch: true },
      secretsSet: ['headers', 'secret'],
    });
    expect(shown({ settings: { url }, secrets: null })).toEqual({ settings: { url }, secretsSet: [] });
  });

  it('shows no unsealed secret either', () => {
    expect(shown({ settings: SETTINGS, secrets: null })).toEqual({
      settings: { url, batch: true },
      secretsSet: ['headers', 'secret'],
    });
  });

  it('says why secrets cannot be opened', () => {
    const stored = storedSettings(box, webhook, 'dst_1', SETTINGS);
    const facts = { settings: { url, batch: true }, secretsSet: [] };
    expect(shown(stored, new SecretBox([]))).toEqual({ ...facts, secretsProblem: 'secret_key_unknown' });
    expect(shown({ ...stored, secrets: 'v1' })).toEqual({ ...facts, secretsProblem: 'secret_damaged' });
  });
});
