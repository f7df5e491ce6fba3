import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashOf } from '../../../src/database/credential.js';
import { AuditRecord } from '../../../src/database/entities/audit-record.entity.js';
import { WriteKeyUsage } from '../../../src/database/entities/write-key.entity.js';
import { WriteKey } from '../../../src/database/entities/write-key.entity.js';
import { type Admin, type CallOptions, startAdmin } from '../../support/admin-app.js';
import { formsOf, storedText } from '../../support/stored-text.js';

interface Key {
  readonly id: string;
  readonly name: string;
  readonly value?: string;
  readonly prefix: string;
  readonly expiresAt: string | null;
  readonly version: number;
}

const HOUR_MS = 3_600_000;
const LATER = '2031-01-01T00:00:00.000Z';

let admin: Admin;
let workspaceId: string;
let sourceId: string;
let keys: string;
let count = 0;

beforeAll(async () => {
  admin = await startAdmin();
  workspaceId = await makeWorkspace();
  sourceId = await makeSource(workspaceId);
  keys = `/workspaces/${workspaceId}/sources/${sourceId}/write-keys`;
});

afterAll(() => admin.close());

const name = () => `Name ${++count}`;
const makeWorkspace = async () => (await admin.call<Key>('POST', '/workspaces', { name: name() })).body.id;
const makeSource = async (workspace: string) =>
  (await admin.call<Key>('POST', `/workspaces/${workspace}/sources`, { name: name() })).body.id;
const make = async (body: object = {}, path = keys) =>
  (await admin.call<Key>('POST', path, { name: name(), ...body })).body;
const post = (path: string, body?: object, options?: CallOptions) =>
  admin.call<Key & { replaced: Key }>('POST', path === '' ? keys : `${keys}/${path}`, body, options);
const get = (id: string) => admin.call<Key>('GET', `${keys}/${id}`);
const patch = (id: string, body: object) => admin.call<Key>('PATCH', `${keys}/${id}`, body);

/** Moves the end of a key into the past, which nobody can ask for. */
const expire = (id: string) =>
  admin.dataSource.manager.update(WriteKey, id, { expiresAt: new Date(Date.now() - 1_000) });

const use = (writeKeyId: string, day: string, outcome: string, number: number) =>
  admin.dataSource.manager.insert(WriteKeyUsage, {
    ...{ writeKeyId, day, outcome },
    count: String(number),
    lastAt: new Date(`${day}T12:00:00Z`),
  });

describe('write keys', () => {
  it('are made, read, changed and deleted', async () => {
    const made = await admin.call<Key>('POST', keys, { name: 'Production' });
    expect(made).toMatchObject({
      status: 201,
      body: {
        ...{ sourceId, name: 'Production', status: 'live', version: 1 },
        ...{ scopes: ['server', 'browser', 'pixel'], allowedOrigins: [], allowedCidrs: [] },
        ...{ rateLimit: null, expiresAt: null, revokedAt: null, lastUsedAt: null },
      },
    });
    const { id, value = '' } = made.body;
    expect(id).toMatch(/^wkey_/);
    expect(value).toMatch(/^[A-Za-z0-9]{32}$/);
    expect(made.body.prefix).toBe(value.slice(0, 8));
    expect(made.headers.get('location')).toBe(`/admin/v1${keys}/${id}`);
    expect(made.headers.get('etag')).toBe('"1"');

    const changed = await patch(id, { name: 'Web', scopes: ['browser'], rateLimit: 5, expiresAt: LATER });
    expect(changed).toMatchObject({
      status: 200,
      body: { name: 'Web', scopes: ['browser'], rateLimit: 5, expiresAt: LATER, version: 2 },
    });
    expect((await get(id)).body).toEqual(changed.body);
    const cleared = await patch(id, { rateLimit: null, expiresAt: null });
    expect(cleared.body).toMatchObject({ rateLimit: null, expiresAt: null });

    expect((await admin.call('DELETE', `${keys}/${id}`)).status).toBe(204);
    expect(await get(id)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  it('are stored as a hash, by which calls find them', async () => {
    const { id, value = '' } = await make();
    const row = await admin.dataSource.manager.findOneByOrFail(WriteKey, { id });
    expect(row.hash.equals(hashOf(value))).toBe(true);
  });

  it('show their value once', async () => {
    const { id, value } = await make({ value: 'shown-once-key' });
    expect(value).toBe('shown-once-key');
    expect((await get(id)).body).not.toHaveProperty('value');
    expect((await patch(id, { rateLimit: 7 })).body).not.toHaveProperty('value');
    expect(JSON.stringify((await admin.call('GET', keys)).body)).not.toContain('shown-once-key');
  });

  it('are kept in the form in which they are judged', async () => {
    const { body } = await admin.call('POST', keys, {
      name: name(),
      scopes: ['pixel', 'browser', 'pixel'],
      allowedOrigins: [
        'https://App.Example.com:443',
        'HTTPS://*.Example.com:8443',
        'http://localhost:3000',
        'https://app.example.com',
      ],
      allowedCidrs: ['10.1.2.3/8', '203.0.113.7', '2001:DB8::1/32', '::ffff:192.0.2.1', '10.0.0.0/8'],
    });
    expect(body).toMatchObject({
      scopes: ['browser', 'pixel'],
      allowedOrigins: ['https://app.example.com', 'https://*.example.com:8443', 'http://localhost:3000'],
      allowedCidrs: ['10.0.0.0/8', '203.0.113.7/32', '2001:db8::/32', '192.0.2.1/32'],
    });
    const { id } = body as unknown as Key;
    const same = await patch(id, { scopes: ['pixel', 'browser'], allowedCidrs: body['allowedCidrs'] });
    expect(same.body.version).toBe(1);
  });

  it.each<[string, object, string]>([
    ['no name', { name: undefined }, '/name'],
    ['a key that is too short', { value: 'seven77' }, '/value'],
    ['a key that is too long', { value: 'x'.repeat(257) }, '/value'],
    ['a key with a colon', { value: 'with:colon' }, '/value'],
    ['a key with a blank', { value: 'with a blank' }, '/value'],
    ['a key with other letters', { value: 'schlüssel' }, '/value'],
    ['a key that is null', { value: null }, '/value'],
    ['an end that is over', { expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt'],
    ['an end without a zone', { expiresAt: '2031-01-01T00:00:00' }, '/expiresAt'],
    ['an end on a day that never comes', { expiresAt: '2031-02-30T00:00:00Z' }, '/expiresAt'],
    ['an end that is a number', { expiresAt: 4_102_444_800_000 }, '/expiresAt'],
    ['no scope', { scopes: [] }, '/scopes'],
    ['an unknown scope', { scopes: ['server', 'mobile'] }, '/scopes'],
    ['null for scopes', { scopes: null }, '/scopes'],
    ['an origin with a path', { allowedOrigins: ['https://example.com/'] }, '/allowedOrigins'],
    ['an origin without a scheme', { allowedOrigins: ['example.com'] }, '/allowedOrigins'],
    ['an origin that is no web page', { allowedOrigins: ['ftp://example.com'] }, '/allowedOrigins'],
    ['a star in the middle', { allowedOrigins: ['https://a.*.example.com'] }, '/allowedOrigins'],
    ['a star for everything', { allowedOrigins: ['*'] }, '/allowedOrigins'],
    ['51 origins', { allowedOrigins: Array(51).fill('https://example.com') }, '/allowedOrigins'],
    ['null for origins', { allowedOrigins: null }, '/allowedOrigins'],
    ['an origin that is a number', { allowedOrigins: [7] }, '/allowedOrigins'],
    ['a network with too many bits', { allowedCidrs: ['10.0.0.0/33'] }, '/allowedCidrs'],
    ['a network in short form', { allowedCidrs: ['10.1/16'] }, '/allowedCidrs'],
    ['a network by name', { allowedCidrs: ['example.com/8'] }, '/allowedCidrs'],
    ['a network with a zone', { allowedCidrs: ['fe80::1%eth0/64'] }, '/allowedCidrs'],
    ['51 networks', { allowedCidrs: Array(51).fill('10.0.0.0/8') }, '/allowedCidrs'],
    ['a limit of nothing', { rateLimit: 0 }, '/rateLimit'],
    ['half a call', { rateLimit: 0.5 }, '/rateLimit'],
    ['a field it does not know', { hash: 'x' }, '/hash'],
  ])('refuse %s', async (_, body, pointer) => {
    const answer = await admin.call('POST', keys, { name: name(), ...body });
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
    expect(answer.body['errors']).toContainEqual(expect.objectContaining({ pointer }));
  });

  it('say which origins and networks are wrong', async () => {
    const allowedOrigins = ['https://good.example.com', 'https://bad.example.com/path'];
    const { body } = await admin.call('POST', keys, { name: name(), allowedOrigins, allowedCidrs: ['10/8'] });
    expect(body['detail']).toContain('wrong: "https://bad.example.com/path"');
    expect(body['detail']).toContain('wrong: "10/8"');
  });

  it('keep their value when they are changed', async () => {
    const { id } = await make();
    expect(await patch(id, { value: 'another-value' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/value', detail: 'There is no field value here' }] },
    });
    for (const field of ['name', 'scopes', 'allowedOrigins', 'allowedCidrs'])
      expect((await patch(id, { [field]: null })).status, field).toBe(422);
  });

  it('exist once, in whatever workspace, which nobody is told', async () => {
    await make({ value: 'taken-everywhere' });
    const foreign = await makeWorkspace();
    const path = `/workspaces/${foreign}/sources/${await makeSource(foreign)}/write-keys`;
    const refused = await admin.call('POST', path, { name: name(), value: 'taken-everywhere' });
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'duplicate', errors: [{ pointer: '/value', detail: 'This write key exists already' }] },
    });
    expect(JSON.stringify(refused.body)).not.toContain(workspaceId);
    expect(JSON.stringify(refused.body)).not.toContain('taken-everywhere');
    const { id } = await make();
    expect((await post(`${id}/rotate`, { value: 'taken-everywhere' })).status).toBe(409);
    expect((await get(id)).body).toMatchObject({ version: 1, status: 'live' });
  });

  it('have a name of their own, which a revoked one gives away', async () => {
    const { id } = await make({ name: 'Own name' });
    expect(await admin.call('POST', keys, { name: 'Own name' })).toMatchObject({
      status: 409,
      body: { code: 'duplicate', errors: [{ pointer: '/name' }] },
    });
    await post(`${id}/revoke`);
    expect((await admin.call('POST', keys, { name: 'Own name' })).status).toBe(201);
  });

  it('are changed, rotated and deleted only as they were read', async () => {
    const { id } = await make();
    await patch(id, { rateLimit: 9 });
    const headers = { 'if-match': '"1"' };
    for (const [method, path, body] of [
      ['PATCH', '', { rateLimit: 10 }],
      ['POST', '/rotate', {}],
      ['DELETE', '', undefined],
    ] as const) {
      const answer = await admin.call(method, `${keys}/${id}${path}`, body, { headers });
      expect(answer).toMatchObject({ status: 412, body: { code: 'precondition_failed' } });
    }
    expect((await get(id)).body).toMatchObject({ rateLimit: 9, version: 2 });
  });

  it('are made once, and shown again, however often the same request comes', async () => {
    const options = { headers: { 'idempotency-key': 'make-once' } };
    const body = { name: name() };
    const [first, again] = [await post('', body, options), await post('', body, options)];
    expect(first.status).toBe(201);
    expect(again.body).toEqual(first.body);
    const rotate = { headers: { 'idempotency-key': 'rotate-once' } };
    const path = `${first.body.id}/rotate`;
    const [rotated, rotatedAgain] = [await post(path, {}, rotate), await post(path, {}, rotate)];
    expect(rotated.status).toBe(200);
    expect(rotatedAgain.body).toEqual(rotated.body);
    expect(rotatedAgain.body.value).toMatch(/^\w{32}$/);
  });

  it('are nowhere in the database', async () => {
    const options = { headers: { 'idempotency-key': 'canary' } };
    const imported = 'canary-imported-key';
    const made = [
      await post('', { name: name() }, options),
      await post('', { name: name(), value: imported }),
    ];
    const rotated = await post(`${made[0]!.body.id}/rotate`, { value: 'canary-rotated-key' });
    await patch(rotated.body.id, { rateLimit: 3 });
    await admin.call('POST', keys, { name: name(), value: imported });
    const stored = await storedText(admin.dataSource);
    expect(stored).toContain(hashOf(imported).toString('hex'));
    for (const { body } of [...made, rotated])
      for (const form of formsOf(body.value!)) expect(stored).not.toContain(form);
  });

  it('are shown in the audit log without value and hash', async () => {
    const { id, value = '' } = await make({ expiresAt: LATER });
    await patch(id, { scopes: ['server'] });
    await admin.call('DELETE', `${keys}/${id}`);
    const rows = await admin.dataSource.manager.find(AuditRecord, {
      where: { resourceId: id },
      order: { id: 'ASC' },
    });
    expect(rows.map(({ action }) => action)).toEqual(['create', 'update', 'delete']);
    expect(rows[1]).toMatchObject({
      ...{ resourceType: 'write_key', workspaceId },
      before: { sourceId, scopes: ['server', 'browser', 'pixel'], expiresAt: LATER },
      after: { scopes: ['server'] },
    });
    for (const shown of rows.flatMap(({ before, after }) => [before ?? {}, after ?? {}])) {
      expect(Object.keys(shown)).not.toEqual(expect.arrayContaining(['value']));
      expect(Object.keys(shown)).not.toEqual(expect.arrayContaining(['hash']));
    }
    expect(JSON.stringify(rows)).not.toContain(value);
  });

  it('are found by their visible prefix, never by the whole key', async () => {
    const { id, value } = await make({ value: 'Findable%key-of-an-app-from-before' });
    await make({ value: 'findable-key-that-is-another-one' });
    const found = await admin.call<{ data: Key[] }>('GET', `${keys}?prefix=Findab`);
    expect(found.body.data.map((key) => key.id)).toEqual([id]);
    const literal = await admin.call<{ data: Key[] }>('GET', `${keys}?prefix=Findable`);
    expect(literal.body.data).toHaveLength(1);
    const pattern = await admin.call<{ data: Key[] }>('GET', `${keys}?prefix=F%25`);
    expect(pattern.body.data).toEqual([]);
    expect(await admin.call('GET', `${keys}?prefix=${encodeURIComponent(value!)}`)).toMatchObject({
      status: 422,
      body: { errors: [{ parameter: 'prefix' }] },
    });
    expect((await admin.call('GET', `${keys}?prefix=%00`)).status).toBe(422);
  });

  it('are listed in pages with their last accepted call', async () => {
    const path = `/workspaces/${workspaceId}/sources/${await makeSource(workspaceId)}/write-keys`;
    const made = [await make({}, path), await make({}, path), await make({}, path)].map(({ id }) => id);
    await use(made[0]!, '2026-11-01', 'accepted', 5);
    await use(made[0]!, '2026-11-03', 'accepted', 1);
    await use(made[0]!, '2026-11-04', 'expired', 1);
    await use(made[1]!, '2026-11-02', 'expired', 1);
    const first = await admin.call<{ pagination: { next: string } }>('GET', `${path}?limit=2`);
    expect(first.body).toMatchObject({
      data: [
        { id: made[0], lastUsedAt: '2026-11-03T12:00:00.000Z' },
        { id: made[1], lastUsedAt: null },
      ],
    });
    const rest = await admin.call('GET', `${path}?limit=2&cursor=${first.body.pagination.next}`);
    expect(rest.body).toMatchObject({ data: [{ id: made[2] }], pagination: { next: null } });
    const one = await admin.call('GET', `${path}/${made[0]!}`);
    expect(one.body).toMatchObject({ lastUsedAt: '2026-11-03T12:00:00.000Z' });
  });

  it('of another source or workspace do not exist', async () => {
    const { id } = await make();
    const other = await makeSource(workspaceId);
    const foreign = await makeWorkspace();
    const own = await makeSource(foreign);
    for (const path of [
      `/workspaces/${workspaceId}/sources/${other}/write-keys/${id}`,
      `/workspaces/${foreign}/sources/${own}/write-keys/${id}`,
      `/workspaces/${foreign}/sources/${sourceId}/write-keys/${id}`,
    ]) {
      for (const [method, below, body] of [
        ['GET', ''],
        ['GET', '/usage'],
        ['PATCH', '', { rateLimit: 1 }],
        ['POST', '/rotate', {}],
        ['POST', '/revoke'],
        ['DELETE', ''],
      ] as const)
        expect(await admin.call(method, path + below, body)).toMatchObject({ status: 404 });
    }
    const list = `/workspaces/${foreign}/sources/${sourceId}/write-keys`;
    expect((await admin.call('GET', list)).status).toBe(404);
    expect((await admin.call('POST', list, { name: name() })).status).toBe(404);
    expect((await get(id)).body).toMatchObject({ status: 'live', version: 1 });
  });

  it('are read by a viewer, who changes nothing', async () => {
    const { id } = await make();
    const token = await admin.addToken('keys-viewer', 'workspace-viewer', workspaceId);
    for (const path of ['', `/${id}`, `/${id}/usage`])
      expect((await admin.call('GET', keys + path, undefined, { token })).status).toBe(200);
    for (const [method, path] of [
      ['POST', ''],
      ['PATCH', `/${id}`],
      ['DELETE', `/${id}`],
      ['POST', `/${id}/rotate`],
      ['POST', `/${id}/revoke`],
    ] as const)
      expect((await admin.call(method, keys + path, { name: name() }, { token })).status).toBe(403);
  });
});

describe('an expired write key', () => {
  it('says so, and works again with a later end', async () => {
    const { id } = await make({ expiresAt: LATER });
    await expire(id);
    expect((await get(id)).body).toMatchObject({ status: 'expired' });
    expect(await patch(id, { expiresAt: LATER })).toMatchObject({
      status: 200,
      body: { status: 'live', expiresAt: LATER },
    });
  });
});

describe('rotating a write key', () => {
  const restrictions = {
    scopes: ['browser'],
    allowedOrigins: ['https://*.example.com'],
    allowedCidrs: ['10.0.0.0/8'],
    rateLimit: 12,
  };

  it('makes a key that takes everything over, while the old one works for a day', async () => {
    const old = await make({ name: 'Rotated', ...restrictions });
    await use(old.id, '2026-11-05', 'accepted', 1);
    const before = Date.now();
    const { status, body } = await post(`${old.id}/rotate`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      name: 'Rotated',
      status: 'live',
      expiresAt: null,
      version: 1,
      ...restrictions,
    });
    expect(body.value).toMatch(/^\w{32}$/);
    expect(body.id).not.toBe(old.id);
    expect(body.replaced).toMatchObject({
      ...{ id: old.id, status: 'live', version: 2, lastUsedAt: '2026-11-05T12:00:00.000Z' },
      name: expect.stringMatching(/^Rotated \(replaced \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\)$/) as string,
    });
    expect(body.replaced).not.toHaveProperty('value');
    const left = Date.parse(body.replaced.expiresAt!) - before;
    expect(left).toBeGreaterThanOrEqual(24 * HOUR_MS);
    expect(left).toBeLessThan(25 * HOUR_MS);
    expect((await get(old.id)).body).toEqual(body.replaced);
  });

  it('ends the old one at once without an overlap', async () => {
    const { id } = await make();
    const { body } = await post(`${id}/rotate`, { overlapHours: 0 });
    expect(body.replaced).toMatchObject({ status: 'expired' });
    expect((await get(id)).body).toMatchObject({ status: 'expired' });
  });

  it('keeps an end that comes before the overlap is over, and hands it on unless told otherwise', async () => {
    const soon = new Date(Date.now() + HOUR_MS).toISOString();
    const { id } = await make({ expiresAt: soon });
    const { body } = await post(`${id}/rotate`, { overlapHours: 2 });
    expect(body).toMatchObject({ expiresAt: soon, replaced: { expiresAt: soon } });
    const never = await post(`${body.id}/rotate`, { overlapHours: 2, expiresAt: null });
    expect(never.body).toMatchObject({ expiresAt: null, replaced: { expiresAt: soon } });
    const later = await post(`${never.body.id}/rotate`, { expiresAt: LATER });
    expect(later.body).toMatchObject({ expiresAt: LATER });
  });

  it('takes a value that apps have already', async () => {
    const { id } = await make();
    const { body } = await post(`${id}/rotate`, { value: 'rotated-to-this' });
    expect(body).toMatchObject({ value: 'rotated-to-this', prefix: 'rot' });
  });

  it('can be done again at once, with the longest name', async () => {
    const long = '😀'.repeat(100);
    let { id } = await make({ name: long });
    const names = new Set<string>();
    for (let time = 0; time < 3; time += 1) {
      const { body } = await post(`${id}/rotate`, { overlapHours: 1 });
      expect(body.name).toBe(long);
      expect(Array.from(body.replaced.name).length).toBeLessThanOrEqual(100);
      names.add(body.replaced.name);
      id = body.id;
    }
    expect(names.size).toBe(3);
  });

  it('is refused for a key that does not work any more', async () => {
    const revoked = await make();
    await post(`${revoked.id}/revoke`);
    const expired = await make();
    await expire(expired.id);
    for (const { id } of [revoked, expired])
      expect(await post(`${id}/rotate`)).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });

  it.each([
    ['an overlap below nothing', { overlapHours: -1 }, '/overlapHours'],
    ['an overlap of more than a year', { overlapHours: 8761 }, '/overlapHours'],
    ['half an hour', { overlapHours: 0.5 }, '/overlapHours'],
    ['null for the overlap', { overlapHours: null }, '/overlapHours'],
    ['a key with a colon', { value: 'with:colon' }, '/value'],
    ['an end that is over', { expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt'],
  ])('refuses %s', async (_, body, pointer) => {
    const { id } = await make();
    const answer = await admin.call('POST', `${keys}/${id}/rotate`, body);
    expect(answer.status).toBe(422);
    expect(answer.body['errors']).toContainEqual(expect.objectContaining({ pointer }));
  });

  it('leaves one audit row for the old key and one for the new', async () => {
    const { id } = await make();
    const { body } = await post(`${id}/rotate`, { value: 'rotated-and-audited' });
    const { manager } = admin.dataSource;
    const ofOld = await manager.findBy(AuditRecord, { resourceId: id, action: 'rotate' });
    expect(ofOld).toMatchObject([{ before: { expiresAt: null }, after: { name: body.replaced.name } }]);
    const ofNew = await manager.findBy(AuditRecord, { resourceId: body.id });
    expect(ofNew).toMatchObject([{ action: 'create', before: null }]);
    expect(JSON.stringify([ofOld, ofNew])).not.toContain('rotated-and-audited');
  });
});

describe('revoking a write key', () => {
  it('is for good, and done once', async () => {
    const { id, name: itsName } = await make();
    const revoked = await post(`${id}/revoke`);
    expect(revoked).toMatchObject({ status: 200, body: { status: 'revoked', name: itsName, version: 2 } });
    expect((await post(`${id}/revoke`)).body).toEqual(revoked.body);
    expect(await patch(id, { expiresAt: LATER })).toMatchObject({ status: 409, body: { code: 'conflict' } });
    const rows = await admin.dataSource.manager.findBy(AuditRecord, { resourceId: id, action: 'revoke' });
    expect(rows).toMatchObject([{ before: { status: 'live' }, after: { status: 'revoked' } }]);
  });
});

describe('the usage of a write key', () => {
  const usage = (id: string, query: string) => admin.call('GET', `${keys}/${id}/usage${query}`);
  const day = (ago: number) => new Date(Date.now() - ago * 24 * HOUR_MS).toISOString().slice(0, 10);

  it('is told by day and outcome', async () => {
    const { id } = await make();
    await use(id, '2026-01-30', 'accepted', 1);
    await use(id, '2026-01-31', 'accepted', 20);
    await use(id, '2026-01-31', 'expired', 3);
    await use(id, '2026-02-01', 'accepted', 400);
    await use(id, '2026-02-02', 'accepted', 5000);
    expect(await usage(id, '?from=2026-01-31&to=2026-02-01')).toMatchObject({
      status: 200,
      body: {
        ...{ from: '2026-01-31', to: '2026-02-01', totals: { accepted: 420, expired: 3 } },
        days: [
          { day: '2026-01-31', counts: { accepted: 20, expired: 3 } },
          { day: '2026-02-01', counts: { accepted: 400 } },
        ],
      },
    });
    const { body } = await usage(id, '?to=2026-02-01');
    expect(body).toMatchObject({ from: '2026-01-03', totals: { accepted: 421 } });
  });

  it('is that of the last 30 days when nobody says which', async () => {
    const { id } = await make();
    await use(id, day(30), 'accepted', 1);
    await use(id, day(29), 'accepted', 10);
    await use(id, day(0), 'accepted', 100);
    const { body } = await usage(id, '');
    expect(body).toMatchObject({ from: day(29), to: day(0), totals: { accepted: 110 } });
  });

  it.each([
    ['what is no day', '?from=yesterday', 'from'],
    ['a day that never was', '?to=2026-02-30', 'to'],
    ['a time', '?to=2026-02-03T00:00:00Z', 'to'],
    ['two days', '?to=2026-02-03&to=2026-02-04', 'to'],
    ['the wrong order', '?from=2026-02-02&to=2026-02-01', 'from'],
    ['more than a year', '?from=2025-01-01&to=2026-01-02', 'from'],
    ['an unknown parameter', '?day=2026-01-01', 'day'],
  ])('is refused for %s', async (_, query, parameter) => {
    const { id } = await make();
    expect(await usage(id, query)).toMatchObject({
      status: 422,
      body: { code: 'invalid_request', errors: [{ parameter }] },
    });
  });

  it('goes with the key', async () => {
    const { id } = await make();
    await use(id, '2026-01-31', 'accepted', 1);
    expect((await admin.call('DELETE', `${keys}/${id}`)).status).toBe(204);
    expect(await admin.dataSource.manager.countBy(WriteKeyUsage, { writeKeyId: id })).toBe(0);
  });
});
