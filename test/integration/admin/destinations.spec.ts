import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AuditRecord } from '../../../src/database/entities/audit-record.entity.js';
import { Destination } from '../../../src/database/entities/destination.entity.js';
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

describe('destinations', () => {
  it('are made, read, changed and deleted', async () => {
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

  it('have a name of their own in their workspace', async () => {
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
    ['an unknown type', { type: 'fax' }, '/type', /one of the following values: console, .*webhook/],
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

  it('refuse a private address also when it comes later', async () => {
    const { id } = await make({});
    expect(await patch(id, { settings: { url: 'https://192.168.1.1/' } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/settings/url' }] },
    });
    expect(await stored(id)).toMatchObject({ settings: { url: URL }, version: 1 });
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

  it('are not overwritten by somebody who read an older version', async () => {
    const { id } = await make({});
    const headers = { 'if-match': '"7"' };
    const settings = { batch: true };
    expect((await admin.call('PATCH', `${path}/${id}`, { settings }, { headers })).status).toBe(412);
    expect((await admin.call('POST', `${path}/${id}/pause`, undefined, { headers })).status).toBe(412);
  });

  it('are only read by a viewer', async () => {
    const { id } = await make({});
    const token = await admin.addToken(`viewer-${workspaces}`, 'workspace-viewer', workspaceId);
    expect((await admin.call('GET', `${path}/${id}`, undefined, { token })).status).toBe(200);
    expect((await admin.call('POST', `${path}/${id}/pause`, undefined, { token })).status).toBe(403);
    expect((await admin.call('POST', `${path}/${id}/test`, {}, { token })).status).toBe(403);
  });
});

describe('secret settings', () => {
  it('are sealed in the database, and neither shown nor audited', async () => {
    const made = await make({ secret: SECRET, headers: HEADERS });
    expect(made).toMatchObject({ settings: { url: URL }, secretsSet: ['headers', 'secret'] });
    const row = await stored(made.id);
    expect(row.secrets).toMatch(/^v1\./);
    const everything = JSON.stringify([made, row, await audit(made.id)]);
    expect(everything).not.toContain(SECRET);
    expect(everything).not.toContain('canary-of-a-header');
  });

  it('that are left out of a change are kept, and null takes one away', async () => {
    const { id } = await make({ secret: SECRET, headers: HEADERS });
    const before = await stored(id);
    const renamed = await patch(id, { settings: { batch: true } });
    expect(renamed.body).toMatchObject({ secretsSet: ['headers', 'secret'], version: 2 });
    expect((await stored(id)).secrets).toBe(before.secrets);
    expect((await patch(id, { settings: { headers: null } })).body).toMatchObject({ secretsSet: ['secret'] });
    expect((await patch(id, { settings: { secret: null } })).body).toMatchObject({ secretsSet: [] });
    expect((await stored(id)).secrets).toBeNull();
  });

  it('that alone are changed move the version, and the audit row names them', async () => {
    const { id } = await make({ secret: SECRET, headers: HEADERS });
    expect((await patch(id, { settings: { secret: OTHER_SECRET } })).body).toMatchObject({ version: 2 });
    const [, row] = await audit(id);
    expect(row).toMatchObject({ action: 'update', after: { secretsChanged: ['secret'] } });
    expect(JSON.stringify(row)).not.toContain(OTHER_SECRET);
  });

  it('that are sent again as they are change nothing', async () => {
    const { id } = await make({ secret: SECRET, headers: HEADERS });
    const before = await stored(id);
    const same = { url: URL, batch: false, secret: SECRET, headers: { ...HEADERS } };
    expect((await patch(id, { settings: same })).body).toMatchObject({ version: 1 });
    expect(await stored(id)).toEqual(before);
    expect(await audit(id)).toHaveLength(1);
  });

  it('from the time before they were sealed are sealed with the next change', async () => {
    const { id } = await make({});
    await admin.dataSource.query(`UPDATE destinations SET settings = settings || $2 WHERE id = $1`, [
      id,
      { secret: SECRET },
    ]);
    expect((await admin.call('GET', `${path}/${id}`)).body).toMatchObject({ secretsSet: ['secret'] });
    expect((await patch(id, { settings: { batch: true } })).body).toMatchObject({ secretsSet: ['secret'] });
    expect(JSON.stringify(await stored(id))).not.toContain(SECRET);
  });

  it('that cannot be opened are said so, and can be replaced', async () => {
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
  it('hold until they are ended, however often they are asked for', async () => {
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

  it('for refused credentials end with other settings, and with nothing less', async () => {
    const { id } = await make({ secret: SECRET });
    await refuseCredentials(id);
    expect((await patch(id, { name: 'Renamed' })).body).toMatchObject({ paused: { reason: 'http_401' } });
    expect((await patch(id, { settings: { secret: SECRET } })).body).toMatchObject({ state: 'paused' });
    expect((await patch(id, { settings: { secret: OTHER_SECRET } })).body).toMatchObject({ state: 'active' });
  });

  it('for refused credentials become a person’s when a person pauses', async () => {
    const { id } = await make({});
    await refuseCredentials(id);
    await admin.call('POST', `${path}/${id}/pause`);
    const { body } = await patch(id, { settings: { batch: true } });
    expect(body).toMatchObject({ state: 'paused', paused: { reason: 'paused by an administrator' } });
  });
});
