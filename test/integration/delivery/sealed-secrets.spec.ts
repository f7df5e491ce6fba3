import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { webhook } from '../../../src/destinations/handlers/webhook/webhook.handler.js';
import { resealAll } from '../../../src/destinations/settings/reseal.js';
import { storedSettings } from '../../../src/destinations/settings/stored-settings.js';
import { SecretBox } from '../../../src/secrets/secret-box.js';
import { NoSecretKey } from '../../../src/secrets/secret-errors.js';
import { DeliveryRig } from '../../support/delivery-rig.js';
import { eventually } from '../../support/eventually.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';
import { aKey, keyText } from '../../support/secret-keys.js';

const CANARY = 'canary-7d1f';
const headers = { authorization: `Bearer ${CANARY}` };
const [old, fresh] = [new SecretBox([aKey('old')]), new SecretBox([aKey('new')])];
const both = new SecretBox([aKey('new'), aKey('old')]);

let rig: DeliveryRig;
let receiver: Receiver;
beforeEach(async () => void (receiver = await startReceiver()));
afterEach(async () => {
  await rig.dispose();
  await receiver.close();
});

const prepare = async (...keys: string[]) =>
  (rig = await DeliveryRig.prepare({ SECRET_KEYS: keys.map(keyText).join(',') }));

/** A webhook whose headers are sealed; returns its id. */
async function sealedWebhook(box: SecretBox): Promise<string> {
  const id = await rig.destination('webhook', { url: receiver.url });
  await seal(id, box);
  return id;
}

async function seal(id: string, box: SecretBox, more: object = {}): Promise<void> {
  const { settings, secrets } = storedSettings(box, webhook, id, { url: receiver.url, headers, ...more });
  await rig.sql('UPDATE destinations SET settings = $2, secrets = $3 WHERE id = $1', [id, settings, secrets]);
}

const authorizations = () => receiver.requests.map((request) => request.headers.authorization);
const rows = () =>
  rig.sql<{ id: string; settings: object; secrets: string | null; version: number }>(
    'SELECT id, settings, secrets, version FROM destinations ORDER BY id',
  );

describe('delivery with sealed secrets', () => {
  it('decrypts them, and follows a change of them', async () => {
    await prepare('new');
    const id = await sealedWebhook(fresh);
    await rig.start();
    await rig.publish();
    await eventually(() => expect(authorizations()).toEqual([headers.authorization]));
    expect(JSON.stringify(await rows())).not.toContain(CANARY);

    await seal(id, fresh, { headers: { authorization: 'other' } });
    await eventually(async () => {
      await rig.publish();
      await eventually(() => expect(authorizations().at(-1)).toBe('other'), 100);
    });
  });

  it('keeps the events of a destination that it cannot decrypt, and delivers them when it can', async () => {
    await prepare('new');
    const id = await sealedWebhook(old);
    const open = await rig.destination('webhook', { url: `${receiver.url}open` });
    await rig.start();
    const [event] = await rig.publish();
    await eventually(() => expect(rig.position(open)).toBe(1));
    expect([rig.position(id), receiver.requests.map(({ path }) => path)]).toEqual([0, ['/open']]);
    expect([await rig.waiting(), rig.deadLetters()]).toEqual([[], []]);

    await seal(id, fresh);
    await eventually(() => expect(authorizations()).toEqual([undefined, headers.authorization]));
    expect(receiver.events()).toEqual([event, event]);
  });

  it('ends the pause for refused credentials when they are changed', async () => {
    await prepare('new');
    receiver.answer = ({ headers: { authorization } }) => ({ status: authorization === 'right' ? 200 : 401 });
    const id = await sealedWebhook(fresh);
    await rig.start();
    const [event] = await rig.publish();
    await eventually(async () => {
      expect(await rig.sql('SELECT version FROM destinations WHERE paused_at IS NOT NULL')).toEqual([
        { version: 1 },
      ]);
    });
    receiver.requests.length = 0;
    await seal(id, fresh, { headers: { authorization: 'right' } });
    await rig.sql('UPDATE destinations SET paused_at = NULL, pause_reason = NULL');
    await eventually(() => expect(rig.position(id)).toBe(1));
    expect(receiver.events()).toEqual([event]);
  });
});

describe('rotation of the key', () => {
  it('encrypts everything under the first key, so that the old one can be removed', async () => {
    await prepare('new');
    const ids = [await sealedWebhook(old), await sealedWebhook(fresh)];
    const legacy = await rig.destination('webhook', { url: receiver.url, headers });
    const plain = await rig.destination('console', {});
    await rig.start();

    expect(await resealAll(rig.database(), both)).toEqual({ seen: 4, sealed: 2, unopened: [] });
    const byId = new Map((await rows()).map((row) => [row.id, row]));
    expect([...ids, legacy].map((id) => fresh.open(byId.get(id)!.secrets!, id))).toEqual(
      [...ids, legacy].map(() => JSON.stringify({ headers })),
    );
    expect(byId.get(legacy)!.settings).toEqual({ url: receiver.url });
    expect(byId.get(plain)).toMatchObject({ secrets: null });
    expect((await rows()).map(({ version }) => version)).toEqual([1, 1, 1, 1]);

    await rig.publish();
    await eventually(() => expect(authorizations()).toEqual(Array(3).fill(headers.authorization)));
    expect(await resealAll(rig.database(), both)).toEqual({ seen: 4, sealed: 0, unopened: [] });
  });

  it('goes on with other rows when it cannot decrypt one, and reports which', async () => {
    await prepare('new');
    const lost = await sealedWebhook(new SecretBox([aKey('lost')]));
    const moved = await sealedWebhook(old);
    await rig.sql(
      'UPDATE destinations SET secrets = (SELECT secrets FROM destinations WHERE id = $2) WHERE id = $1',
      [lost, moved],
    );
    const unknown = await sealedWebhook(new SecretBox([aKey('lost')]));
    const before = await rows();
    const { sealed, unopened } = await resealAll(rig.database(), both);
    expect(sealed).toBe(1);
    const problems = new Map(unopened.map(({ id, problem }) => [id, problem]));
    expect([...problems.keys()].sort()).toEqual([lost, unknown].sort());
    expect(problems.get(lost)).toMatch(/damaged|another row/);
    expect(problems.get(unknown)).toContain(aKey('lost').id);
    const after = new Map((await rows()).map((row) => [row.id, row]));
    const left = before.filter(({ id }) => id !== moved);
    expect([lost, unknown].map((id) => after.get(id))).toEqual(expect.arrayContaining(left));
    expect(fresh.open(after.get(moved)!.secrets!, moved)).toBe(JSON.stringify({ headers }));
  });

  it('encrypts the secrets of a type unknown to this build, and leaves its settings alone', async () => {
    await prepare('new');
    const id = await sealedWebhook(old);
    await rig.sql("UPDATE destinations SET type = 'later', settings = '[1]'");
    expect(await resealAll(rig.database(), both)).toMatchObject({ sealed: 1, unopened: [] });
    const [row] = await rows();
    expect(row!.settings).toEqual([1]);
    expect(fresh.open(row!.secrets!, id)).toBe(JSON.stringify({ headers }));
  });

  it('handles more than one batch, and continues where it was interrupted', async () => {
    await prepare('new');
    const id = await sealedWebhook(old);
    await rig.sql(
      `INSERT INTO destinations (id, workspace_id, type, name, settings)
       SELECT 'dst_x' || n, workspace_id, type, 'x' || n, $2 FROM destinations, generate_series(1, 250) n WHERE id = $1`,
      [id, { url: receiver.url, headers }],
    );
    await rig.sql(
      "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'broken off'; END $$",
    );
    await rig.sql(
      "CREATE TRIGGER fail BEFORE UPDATE ON destinations FOR EACH ROW WHEN (OLD.name = 'x200') EXECUTE FUNCTION fail()",
    );
    await expect(resealAll(rig.database(), both)).rejects.toThrow('broken off');
    const done = (await rows()).filter(({ secrets }) => secrets !== null && both.isCurrent(secrets)).length;
    expect(done).toBeGreaterThan(0);
    await rig.sql('DROP TRIGGER fail ON destinations');
    expect(await resealAll(rig.database(), both)).toEqual({ seen: 251, sealed: 251 - done, unopened: [] });
    expect(JSON.stringify(await rows())).not.toContain(CANARY);
  });

  it('waits for a concurrent change, and overwrites nothing of it', async () => {
    await prepare('new');
    const id = await sealedWebhook(old);
    const runner = rig.database().createQueryRunner();
    await runner.startTransaction();
    // As each change does, before anything else.
    await runner.query('SELECT id FROM workspaces FOR NO KEY UPDATE');
    const resealed = resealAll(rig.database(), both);
    await eventually(async () => {
      const waiting =
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
      expect(await rig.sql(waiting)).toHaveLength(1);
    });
    const secrets = old.seal('{"headers":{"authorization":"changed"}}', id);
    await runner.query('UPDATE destinations SET secrets = $2 WHERE id = $1', [id, secrets]);
    await runner.commitTransaction();
    await runner.release();
    expect(await resealed).toMatchObject({ sealed: 1 });
    expect(fresh.open((await rows())[0]!.secrets!, id)).toContain('changed');
  });

  it('needs a key', async () => {
    await prepare();
    await expect(resealAll(rig.database(), new SecretBox([]))).rejects.toThrow(NoSecretKey);
  });
});
