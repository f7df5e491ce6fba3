import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AuditRecord } from '../../../src/database/entities/audit-record.entity.js';
import { DeadLetter } from '../../../src/database/entities/dead-letter.entity.js';
import { PendingDelivery } from '../../../src/database/entities/pending-delivery.entity.js';
import { Destination } from '../../../src/database/entities/destination.entity.js';
import { newId } from '../../../src/database/new-id.js';
import { deliveryOutcomes } from '../../../src/metrics/counters.js';
import { type Admin, startAdmin } from '../../support/admin-app.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const OTHER_SECRET = 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const HEADERS = { authorization: 'Bearer canary-of-a-header' };
const URL = 'https://hooks.example/in';

interface Shown {
  readonly id: string;
  readonly version: number;
  readonly [field: string]: unknown;
}

let admin: Admin;
let workspaceId: string;
let path: string;

beforeAll(async () => {
  admin = await startAdmin();
});

afterAll(() => admin.close());

let workspaces = 0;
beforeEach(async () => {
  workspaces += 1;
  const { body } = await admin.call('POST', '/workspaces', { name: `Workspace ${workspaces}` });
  workspaceId = body['id'] as string;
  path = `/workspaces/${workspaceId}/destinations`;
});

const post = (body: object) => admin.call<Shown>('POST', path, body);
const make = async (settings: object, more: object = {}) =>
  (await post({ type: 'webhook', name: 'Hook', settings: { url: URL, ...settings }, ...more })).body;
const patch = (id: string, body: object) => admin.call<Shown>('PATCH', `${path}/${id}`, body);
const stored = (id: string) => admin.dataSource.manager.findOneByOrFail(Destination, { id });
const audit = (resourceId: string) =>
  admin.dataSource.manager.find(AuditRecord, { where: { resourceId }, order: { id: 'ASC' } });
const refuseCredentials = (id: string) =>
  admin.dataSource.query(
    `UPDATE destinations SET paused_at = now(), pause_reason = 'http_401' WHERE id = $1`,
    [id],
  );

/** Puts deliveries that wait and dead letters straight into the database. */
async function leaveBehind(destinationId: string, waiting: number, deadLetters: number): Promise<void> {
  const { manager } = admin.dataSource;
  const event = (number: number) => ({
    destinationId,
    origin: `tributary.events/0/${number}`,
    messageId: `message-${number}`,
    event: '{}',
    firstFailedAt: new Date(),
  });
  for (let number = 0; number < waiting; number += 1)
    await manager.insert(PendingDelivery, {
      ...{ ...event(number), attempt: 1, dueAt: new Date('2099-01-01'), lastReason: 'http_500' },
    });
  for (let number = 0; number < deadLetters; number += 1)
    await manager.insert(DeadLetter, {
      ...{ ...event(number), id: newId('dl'), sourceId: 'src_1', eventType: 'track', eventName: null },
      ...{ reason: 'http_400', attempts: 1 },
    });
}

/** Deliveries that were discarded with their destination, in this process: other specs of the worker may have moved it. */
async function discardedSoFar(): Promise<number> {
  const { values } = await deliveryOutcomes.get();
  return values
    .filter(({ labels }) => labels.outcome === 'discarded' && labels.reason === 'destination_deleted')
    .reduce((sum, { value }) => sum + value, 0);
}

describe('destinations', () => {
  it('are created, read, changed and deleted', async () => {
    const made = await post({ type: 'webhook', name: 'Hook', settings: { url: URL } });
    expect(made).toMatchObject({
      status: 201,
      body: {
        type: 'webhook',
        name: 'Hook',
        enabled: true,
        state: 'active',
        paused: null,
        settings: { url: URL, batch: false },
        secretsSet: [],
        version: 1,
      },
    });
    const { id } = made.body;
    expect(made.headers.get('location')).toBe(`/admin/v1${path}/${id}`);

    const changed = await patch(id, { name: 'Other', enabled: false, settings: { batch: true } });
    expect(changed).toMatchObject({
      status: 200,
      body: { name: 'Other', state: 'disabled', settings: { url: URL, batch: true }, version: 2 },
    });
    expect(await admin.call('GET', `${path}/${id}`)).toMatchObject({ status: 200, body: changed.body });
    expect((await admin.call('DELETE', `${path}/${id}`)).status).toBe(204);
    expect((await admin.call('GET', `${path}/${id}`)).status).toBe(404);
    expect((await audit(id)).map(({ action }) => action)).toEqual(['create', 'update', 'delete']);
  });

  it('are listed, all or of one type', async () => {
    const { id } = await make({});
    const { body } = await post({ type: 'console', name: 'Terminal', settings: {} });
    const ids = async (query: string) =>
      (await admin.call<{ data: Shown[] }>('GET', `${path}${query}`)).body.data.map((one) => one.id);
    expect(await ids('')).toEqual([id, body.id]);
    expect(await ids('?type=console')).toEqual([body.id]);
    expect(await ids('?type=fax')).toEqual([]);
  });

  it('have a unique name in their workspace', async () => {
    await make({});
    expect(await post({ type: 'console', name: 'Hook', settings: {} })).toMatchObject({
      status: 409,
      body: { code: 'duplicate', errors: [{ pointer: '/name' }] },
    });
  });

  it('keep their type', async () => {
    const { id } = await make({});
    expect(await patch(id, { type: 'console' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/type', detail: 'There is no field type here' }] },
    });
  });

  it.each([
    ['an unknown type', { type: 'fax' }, '/type', /one of the following values: .*console, .*webhook/],
    ['no settings', { settings: undefined }, '/settings', /settings must be an object/],
    ['a list as settings', { settings: [] }, '/settings', /settings must be an object/],
    ['an unknown setting', { settings: { url: URL, uri: 1 } }, '/settings/uri', /`uri` is not a setting/],
    ['a missing setting', { settings: {} }, '/settings/url', /missing/],
    ['a wrong setting', { settings: { url: URL, batch: 'no' } }, '/settings/batch', /boolean/],
    ['a wrong secret', { settings: { url: URL, secret: 'hunter2' } }, '/settings/secret', /whsec_/],
    ['a private address', { settings: { url: 'https://10.1.2.3/' } }, '/settings/url', /ALLOWED_CIDRS/],
    ['a loopback name', { settings: { url: 'https://localhost/' } }, '/settings/url', /ALLOWED_CIDRS/],
    ['the metadata address', { settings: { url: 'http://169.254.169.254/' } }, '/settings/url', /ALLOWED/],
    ['half a character', { settings: { url: `${URL}\ud800` } }, '/settings/url', /Unicode/],
    ['a text for enabled', { enabled: 'yes' }, '/enabled', /boolean/],
    ['null for enabled', { enabled: null }, '/enabled', /boolean/],
  ])('refuse %s', async (_, change, pointer, detail) => {
    const answer = await post({ type: 'webhook', name: 'Hook', settings: { url: URL }, ...change });
    expect(answer.status).toBe(422);
    expect(answer.body['errors']).toContainEqual({
      pointer,
      detail: expect.stringMatching(detail) as string,
    });
    expect(JSON.stringify(answer.body)).not.toContain('hunter2');
  });

  it.each(['name', 'enabled', 'settings'])('refuse null for %s', async (field) => {
    const { id } = await make({});
    const { status, body } = await patch(id, { [field]: null });
    expect(status).toBe(422);
    expect(body['errors']).toContainEqual(expect.objectContaining({ pointer: `/${field}` }));
  });

  it('have their own waits between attempts, until those are removed', async () => {
    const made = await make({}, { retryDelaysSeconds: [0, 5, 86_400] });
    expect(made).toMatchObject({ retryDelaysSeconds: [0, 5, 86_400], version: 1 });
    expect((await patch(made.id, { name: 'Other' })).body['retryDelaysSeconds']).toEqual([0, 5, 86_400]);
    expect((await patch(made.id, { retryDelaysSeconds: [0, 5, 86_400] })).body.version).toBe(2);
    expect((await patch(made.id, { retryDelaysSeconds: [] })).body['retryDelaysSeconds']).toEqual([]);
    const { body } = await patch(made.id, { retryDelaysSeconds: null });
    expect(body).toMatchObject({ retryDelaysSeconds: null, version: 4 });
    expect((await admin.call('GET', `${path}/${made.id}`)).body).toEqual(body);
    const changes = (await audit(made.id)).map(({ before, after }) => [before, after]);
    expect(changes.slice(2)).toMatchObject([
      [{ retryDelaysSeconds: [0, 5, 86_400] }, { retryDelaysSeconds: [] }],
      [{ retryDelaysSeconds: [] }, { retryDelaysSeconds: null }],
    ]);
    expect(await make({}, { name: 'Plain' })).toMatchObject({ retryDelaysSeconds: null });
    const most = Array.from({ length: 30 }, () => 1);
    expect(await make({}, { name: 'Most', retryDelaysSeconds: most })).toMatchObject({ version: 1 });
  });

  it.each([
    [[1.5]],
    [[-1]],
    [[86_401]],
    [['5']],
    [[5, null]],
    [[[5]]],
    [5],
    [{}],
    ['5'],
    [Array(31).fill(1)],
  ])('refuse %j as waits, when made and when changed, with one fault', async (retryDelaysSeconds) => {
    const { id } = await make({});
    const settings = { url: URL };
    const refused = { status: 422, body: { errors: [{ pointer: '/retryDelaysSeconds' }] } };
    const answer = await post({ type: 'webhook', name: 'Other', settings, retryDelaysSeconds });
    expect(answer).toMatchObject(refused);
    expect(answer.body['detail']).toContain('at most 30 whole numbers of seconds, each from 0 to 86400');
    expect(await patch(id, { retryDelaysSeconds })).toMatchObject(refused);
    expect(await stored(id)).toMatchObject({ retryDelaysSeconds: null, version: 1 });
  });

  it('refuse a private address in a change too', async () => {
    const { id } = await make({});
    expect(await patch(id, { settings: { url: 'https://192.168.1.1/' } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/settings/url' }] },
    });
    expect(await stored(id)).toMatchObject({ settings: { url: URL }, version: 1 });
  });

  it.each([
    [
      'kafka',
      { brokers: ['8.8.8.8:9092', '8.8.4.4:9092'], topic: 'events' },
      { tls: false },
      ['/settings/brokers/0', '/settings/brokers/1'],
    ],
    [
      'postgres',
      { host: '8.8.8.8', database: 'warehouse', user: 'writer' },
      { tls: 'disable' },
      ['/settings/host'],
    ],
  ])('of type %s keep TLS towards a stored public address', async (type, settings, change, pointers) => {
    const { id, version } = (await post({ type, name: 'Encrypted', settings })).body;
    const refused = await patch(id, { settings: change });
    expect(refused).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
    const errors = refused.body['errors'] as { pointer: string; detail: string }[];
    expect(errors.map(({ pointer }) => pointer)).toEqual(pointers);
    expect(errors[0]?.detail).toMatch(/must be https or use TLS/);
    expect(await stored(id)).toMatchObject({ version });
  });

  it('keep a stored address whose network the operator has closed since, while another setting changes', async () => {
    const settings = { brokers: ['8.8.8.8:9092'], topic: 'events' };
    const { id } = (await post({ type: 'kafka', name: 'Cluster', settings })).body;
    await admin.dataSource.manager.update(Destination, id, {
      settings: { ...settings, brokers: ['10.1.2.3:9092'] },
    });
    expect(await patch(id, { settings: { topic: 'others' } })).toMatchObject({
      status: 200,
      body: { settings: { topic: 'others', brokers: ['10.1.2.3:9092'] } },
    });
    expect((await patch(id, { settings: { brokers: ['10.1.2.3:9092'] } })).status).toBe(422);
  });

  it('of another workspace do not exist', async () => {
    const { id } = await make({});
    const { body } = await admin.call('POST', '/workspaces', { name: `Foreign ${workspaces}` });
    const foreign = `/workspaces/${body['id'] as string}/destinations/${id}`;
    for (const [method, end, sent] of [
      ['GET', '', undefined],
      ['PATCH', '', { name: 'Mine' }],
      ['DELETE', '', undefined],
      ['POST', '/pause', undefined],
      ['POST', '/resume', undefined],
      ['POST', '/test', {}],
    ] as const)
      expect(await admin.call(method, `${foreign}${end}`, sent)).toMatchObject({
        status: 404,
        body: { detail: `There is no destination ${id}` },
      });
  });

  it('are not deleted while a connection leads to them', async () => {
    const { id } = await make({});
    const source = await admin.call('POST', `/workspaces/${workspaceId}/sources`, { name: 'App' });
    const ends = { sourceId: source.body['id'], destinationId: id };
    const { body } = await admin.call('POST', `/workspaces/${workspaceId}/connections`, ends);
    expect(await admin.call('DELETE', `${path}/${id}`)).toMatchObject({
      status: 409,
      body: { code: 'in_use', usedBy: [{ type: 'connection', id: body['id'] }] },
    });
  });

  it('are not deleted while deliveries wait, unless those may be discarded, which is counted and audited', async () => {
    const { id } = await make({});
    const neighbour = await make({}, { name: 'Neighbour' });
    await leaveBehind(id, 3, 2);
    await leaveBehind(neighbour.id, 1, 1);
    const before = await discardedSoFar();
    for (const query of ['', '?discard=false'])
      expect(await admin.call('DELETE', `${path}/${id}${query}`)).toMatchObject({
        status: 409,
        body: { code: 'conflict', detail: expect.stringContaining('3 deliveries wait') as string },
      });
    const { manager } = admin.dataSource;
    const left = async (destinationId: string) => [
      await manager.countBy(PendingDelivery, { destinationId }),
      await manager.countBy(DeadLetter, { destinationId }),
    ];
    expect(await left(id)).toEqual([3, 2]);
    expect(await discardedSoFar()).toBe(before);

    expect((await admin.call('DELETE', `${path}/${id}?discard=true`)).status).toBe(204);
    expect([await left(id), await left(neighbour.id)]).toEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(await discardedSoFar()).toBe(before + 3);
    expect((await audit(id)).at(-1)).toMatchObject({
      action: 'delete',
      before: { name: 'Hook', discarded: { waiting: 3, deadLetters: 2 } },
      after: null,
    });
  });

  it('are deleted together with their dead letters when nothing else is left', async () => {
    const { id } = await make({});
    await leaveBehind(id, 0, 2);
    expect((await admin.call('DELETE', `${path}/${id}`)).status).toBe(204);
    expect((await audit(id)).at(-1)).toMatchObject({
      before: { discarded: { waiting: 0, deadLetters: 2 } },
    });
    expect((await admin.call('DELETE', `${path}/${id}?discard=yes`)).status).toBe(422);
  });

  it('are not overwritten by a caller who read an older version', async () => {
    const { id } = await make({});
    const headers = { 'if-match': '"7"' };
    const settings = { batch: true };
    expect((await admin.call('PATCH', `${path}/${id}`, { settings }, { headers })).status).toBe(412);
    expect((await admin.call('POST', `${path}/${id}/pause`, undefined, { headers })).status).toBe(412);
  });

  it('can only be read by a viewer', async () => {
    const { id } = await make({});
    const token = await admin.addToken(`viewer-${workspaces}`, 'workspace-viewer', workspaceId);
    expect((await admin.call('GET', `${path}/${id}`, undefined, { token })).status).toBe(200);
    expect((await admin.call('POST', `${path}/${id}/pause`, undefined, { token })).status).toBe(403);
    expect((await admin.call('POST', `${path}/${id}/test`, {}, { token })).status).toBe(403);
  });
});

describe('secret settings', () => {
  it('are encrypted in the database, and neither shown nor audited', async () => {
    const made = await make({ secret: SECRET, headers: HEADERS });
    expect(made).toMatchObject({ settings: { url: URL }, secretsSet: ['headers', 'secret'] });
    const row = await stored(made.id);
    expect(row.secrets).toMatch(/^v1\./);
    const everything = JSON.stringify([made, row, await audit(made.id)]);
    expect(everything).not.toContain(SECRET);
    expect(everything).not.toContain('canary-of-a-header');
  });

  it('that are left out of a change are kept, and null removes one', async () => {
    const { id } = await make({ secret: SECRET, headers: HEADERS });
    const before = await stored(id);
    const renamed = await patch(id, { settings: { batch: true } });
    expect(renamed.body).toMatchObject({ secretsSet: ['headers', 'secret'], version: 2 });
    expect((await stored(id)).secrets).toBe(before.secrets);
    expect((await patch(id, { settings: { headers: null } })).body).toMatchObject({ secretsSet: ['secret'] });
    expect((await patch(id, { settings: { secret: null } })).body).toMatchObject({ secretsSet: [] });
    expect((await stored(id)).secrets).toBeNull();
  });

  it('advance the version when only they change, and the audit entry names them', async () => {
    const { id } = await make({ secret: SECRET, headers: HEADERS });
    expect((await patch(id, { settings: { secret: OTHER_SECRET } })).body).toMatchObject({ version: 2 });
    const [, row] = await audit(id);
    expect(row).toMatchObject({ action: 'update', after: { secretsChanged: ['secret'] } });
    expect(JSON.stringify(row)).not.toContain(OTHER_SECRET);
  });

  it('that are sent again unchanged change nothing', async () => {
    const { id } = await make({ secret: SECRET, headers: HEADERS });
    const before = await stored(id);
    const same = { url: URL, batch: false, secret: SECRET, headers: { ...HEADERS } };
    expect((await patch(id, { settings: same })).body).toMatchObject({ version: 1 });
    expect(await stored(id)).toEqual(before);
    expect(await audit(id)).toHaveLength(1);
  });

  describe('are not sent to another address', () => {
    const elsewhere = { url: 'https://93.184.216.34/in' };

    it('unless they are sent again, and a refused change does nothing', async () => {
      const { id } = await make({ secret: SECRET, headers: HEADERS });
      await refuseCredentials(id);
      const before = await stored(id);
      for (const [settings, missing] of [
        [elsewhere, ['secret', 'headers']],
        [{ ...elsewhere, secret: OTHER_SECRET }, ['headers']],
        [{ ...elsewhere, headers: null, batch: true }, ['secret']],
        [{ url: 'https://hooks.example:444/in' }, ['secret', 'headers']],
      ] as const) {
        const answer = await patch(id, { name: 'Moved', settings });
        expect(answer).toMatchObject({ status: 422, body: { code: 'secrets_required' } });
        const errors = answer.body['errors'] as { pointer: string; detail: string }[];
        expect(errors.map(({ pointer }) => pointer)).toEqual(missing.map((name) => `/settings/${name}`));
        expect(errors[0]!.detail).toMatch(/send \w+ again/);
      }
      expect(await stored(id)).toEqual(before);
      expect(await audit(id)).toHaveLength(1);
    });

    it('while other paths are the same address', async () => {
      const { id } = await make({ secret: SECRET, headers: HEADERS });
      const { body } = await patch(id, { settings: { url: 'https://HOOKS.example:443/other' } });
      expect(body).toMatchObject({ version: 2, secretsSet: ['headers', 'secret'] });
    });

    it.each([
      ['given as they are', { secret: SECRET, headers: HEADERS }, ['headers', 'secret']],
      ['replaced', { secret: OTHER_SECRET, headers: {} }, ['headers', 'secret']],
      ['taken away', { secret: null, headers: null }, []],
    ])('and do when they are %s', async (_, given, secretsSet) => {
      const { id } = await make({ secret: SECRET, headers: HEADERS });
      const answer = await patch(id, { settings: { ...elsewhere, ...given } });
      expect(answer).toMatchObject({ status: 200, body: { settings: elsewhere, secretsSet } });
    });

    it('nor do those stored before secrets were encrypted', async () => {
      const { id } = await make({});
      await admin.dataSource.query(`UPDATE destinations SET settings = settings || $2 WHERE id = $1`, [
        id,
        { secret: SECRET },
      ]);
      expect(await patch(id, { settings: elsewhere })).toMatchObject({
        body: { code: 'secrets_required', errors: [{ pointer: '/settings/secret' }] },
      });
    });

    it('for every type: a write key, a password', async () => {
      const segment = await post({ type: 'segment', name: 'S', settings: { writeKey: 'canary' } });
      const moved = await patch(segment.body.id, { settings: { endpoint: 'https://93.184.216.34' } });
      expect(moved).toMatchObject({ status: 422, body: { errors: [{ pointer: '/settings/writeKey' }] } });
      const server = { host: '93.184.216.34', database: 'a', user: 'u', password: 'canary' };
      const postgres = await post({ type: 'postgres', name: 'P', settings: server });
      const otherPort = await patch(postgres.body.id, { settings: { port: 6432 } });
      expect(otherPort).toMatchObject({ status: 422, body: { errors: [{ pointer: '/settings/password' }] } });
    });
  });

  it('stored before encryption are encrypted by the next change', async () => {
    const { id } = await make({});
    await admin.dataSource.query(`UPDATE destinations SET settings = settings || $2 WHERE id = $1`, [
      id,
      { secret: SECRET },
    ]);
    expect((await admin.call('GET', `${path}/${id}`)).body).toMatchObject({ secretsSet: ['secret'] });
    expect((await patch(id, { settings: { batch: true } })).body).toMatchObject({ secretsSet: ['secret'] });
    expect(JSON.stringify(await stored(id))).not.toContain(SECRET);
  });

  it('that cannot be decrypted are reported, and can be replaced', async () => {
    const { id } = await make({ secret: SECRET });
    await admin.dataSource.query(
      `UPDATE destinations SET secrets = replace(secrets, substr(secrets, 4, 8), '00000000') WHERE id = $1`,
      [id],
    );
    expect((await admin.call('GET', `${path}/${id}`)).body).toMatchObject({
      secretsProblem: 'secret_key_unknown',
    });
    expect((await patch(id, { name: 'Still changeable' })).status).toBe(200);
    expect(await patch(id, { settings: { secret: SECRET } })).toMatchObject({
      status: 409,
      body: { code: 'conflict', detail: expect.stringContaining('SECRET_KEYS') as string },
    });
    expect((await admin.call('POST', `${path}/${id}/test`, {})).status).toBe(409);
    const { body } = await patch(id, {
      settings: { secret: SECRET, previousSecret: null, headers: null },
    });
    expect(body).toMatchObject({ secretsSet: ['secret'] });
    expect(body).not.toHaveProperty('secretsProblem');
  });
});

describe('pauses', () => {
  it('last until the destination is resumed, and can be repeated', async () => {
    const { id } = await make({});
    const paused = await admin.call<Shown>('POST', `${path}/${id}/pause`);
    expect(paused).toMatchObject({
      status: 200,
      body: { state: 'paused', paused: { reason: 'paused by an administrator' }, version: 2 },
    });
    expect(await admin.call('POST', `${path}/${id}/pause`)).toMatchObject({ body: paused.body });
    await patch(id, { settings: { url: 'https://hooks.example/other' } });
    expect((await admin.call('GET', `${path}/${id}`)).body).toMatchObject({ state: 'paused' });

    const resumed = await admin.call<Shown>('POST', `${path}/${id}/resume`);
    expect(resumed).toMatchObject({ status: 200, body: { state: 'active', paused: null } });
    expect(await admin.call('POST', `${path}/${id}/resume`)).toMatchObject({ body: resumed.body });
    const actions = (await audit(id)).map(({ action }) => action);
    expect(actions).toEqual(['create', 'pause', 'update', 'resume']);
  });

  it('for refused credentials end with new settings only', async () => {
    const { id } = await make({ secret: SECRET });
    await refuseCredentials(id);
    expect((await patch(id, { name: 'Renamed' })).body).toMatchObject({ paused: { reason: 'http_401' } });
    expect((await patch(id, { settings: { secret: SECRET } })).body).toMatchObject({ state: 'paused' });
    expect((await patch(id, { settings: { secret: OTHER_SECRET } })).body).toMatchObject({ state: 'active' });
  });

  it('for refused credentials become an administrator’s when one pauses', async () => {
    const { id } = await make({});
    await refuseCredentials(id);
    await admin.call('POST', `${path}/${id}/pause`);
    const { body } = await patch(id, { settings: { batch: true } });
    expect(body).toMatchObject({ state: 'paused', paused: { reason: 'paused by an administrator' } });
  });
});
