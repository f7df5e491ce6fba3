import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AuditRecord } from '../../../src/database/entities/audit-record.entity.js';
import { SourceRow } from '../../../src/database/entities/source.entity.js';
import { hashOf } from '../../../src/database/credential.js';
import { newId, randomText } from '../../../src/database/new-id.js';
import { type Admin, startAdmin } from '../../support/admin-app.js';
import { eventually } from '../../support/eventually.js';

interface Made {
  readonly id: string;
}

let admin: Admin;
let own: string;
let foreign: string;

beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());

const created = async (path: string, body: object): Promise<string> => {
  const answer = await admin.call<Made>('POST', path, body);
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201 });
  return answer.body.id;
};
const makeWorkspace = () => created('/workspaces', { name: randomText(12) });
const makeSource = (of: string, name = 'Web') => created(`/workspaces/${of}/sources`, { name });
const apply = (of: string, document: object, query = '') =>
  admin.call<{ code: string; errors: { pointer: string }[] }>('PUT', `/workspaces/${of}/apply${query}`, {
    version: 1,
    ...document,
  });
const deleted = async (path: string) => expect((await admin.call('DELETE', path)).status).toBe(204);

beforeEach(async () => {
  own = await makeWorkspace();
  foreign = await makeWorkspace();
});

describe('a deleted write key', () => {
  let value: string;
  let keys: string;
  beforeEach(async () => {
    value = `imported-${randomText(8)}`;
    keys = `/workspaces/${own}/sources/${await makeSource(own)}/write-keys`;
  });

  const ways: [string, () => Promise<void>][] = [
    ['the key', async () => deleted(`${keys}/${await created(keys, { name: 'Key', value })}`)],
    [
      'its source',
      async () => {
        await created(keys, { name: 'Key', value });
        await deleted(keys.replace(/\/write-keys$/, ''));
      },
    ],
    [
      'its workspace',
      async () => {
        await created(keys, { name: 'Key', value });
        await deleted(keys.replace(/\/write-keys$/, ''));
        await deleted(`/workspaces/${own}`);
      },
    ],
  ];
  it.each(ways)('cannot be claimed by another workspace after the deletion of %s', async (_, remove) => {
    await remove();
    const theirs = `/workspaces/${foreign}/sources/${await makeSource(foreign)}/write-keys`;
    const live = await created(theirs, { name: 'Live', value: `live-${randomText(8)}` });
    const claims = [
      await admin.call('POST', theirs, { name: 'Claimed', value }),
      await admin.call('POST', `${theirs}/${live}/rotate`, { value }),
    ];
    for (const claim of claims) {
      expect(claim).toMatchObject({
        status: 409,
        body: {
          code: 'duplicate',
          errors: [{ pointer: '/value', detail: 'This write key exists already' }],
        },
      });
      expect(JSON.stringify(claim.body)).not.toContain(own);
    }
    const hash = `sha256:${hashOf(value).toString('hex')}`;
    const sources = [{ name: 'New', writeKeys: [{ name: 'Claimed', hash }] }];
    expect(await apply(foreign, { sources })).toMatchObject({
      status: 409,
      body: { code: 'conflict', errors: [{ pointer: '/sources/0/writeKeys/0/hash' }] },
    });
  });

  it('can be imported again by its own workspace, and deleted again', async () => {
    for (let round = 0; round < 2; round += 1)
      await deleted(`${keys}/${await created(keys, { name: 'Key', value })}`);
    await created(keys, { name: 'Key', value });
  });
});

describe('an id of something that another workspace has deleted', () => {
  it('stays taken: no document of another workspace gets it, one of the same workspace does', async () => {
    const source = await makeSource(own);
    const key = await created(`/workspaces/${own}/sources/${source}/write-keys`, { name: 'Key' });
    const settings = {};
    const console = { type: 'console', name: 'Print', settings };
    const destination = await created(`/workspaces/${own}/destinations`, console);
    await deleted(`/workspaces/${own}/sources/${source}`);
    await deleted(`/workspaces/${own}/destinations/${destination}`);
    const writeKeys = [{ id: key, name: 'Key', value: `value-${randomText(8)}` }];
    const document = {
      sources: [{ id: source, name: 'Web', writeKeys }],
      destinations: [{ ...console, id: destination }],
    };
    const refused = await apply(foreign, document);
    expect(refused).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(refused.body.errors.map(({ pointer }) => pointer)).toEqual([
      '/sources/0/id',
      '/sources/0/writeKeys/0/id',
      '/destinations/0/id',
    ]);
    expect((await apply(own, document)).status).toBe(200);
  });
});

describe('changes of different workspaces', () => {
  /** A change of the own workspace that has not ended: its lock and a row of it. */
  async function openChange() {
    const runner = admin.dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query('SELECT id FROM workspaces WHERE id = $1 FOR NO KEY UPDATE', [own]);
    await runner.manager.insert(SourceRow, { id: newId('src'), workspaceId: own, name: 'Open' });
    return {
      commit: async () => {
        await runner.commitTransaction();
        await runner.release();
      },
    };
  }

  it('do not wait for each other; those of one workspace do', async () => {
    const open = await openChange();
    let isEnded = false;
    const same = makeSource(own, 'Later').then(() => (isEnded = true));
    await makeSource(foreign);
    await created('/tokens', { name: 'Instance token' });
    await eventually(async () => {
      const waiting = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
      expect(await admin.dataSource.query<unknown[]>(waiting)).toHaveLength(1);
    });
    expect(isEnded).toBe(false);
    await open.commit();
    await same;
  });

  it('do not wait for a dry run, however long it is', async () => {
    const key = await created(`/workspaces/${foreign}/sources/${await makeSource(foreign)}/write-keys`, {
      name: 'Key',
    });
    const [source] = await admin.dataSource.manager.findBy(SourceRow, { workspaceId: foreign });
    expect((await admin.call('PATCH', `/workspaces/${own}/quotas`, { sources: 3_000 })).status).toBe(200);
    const sources = Array.from({ length: 3_000 }, (_, index) => ({ name: `Source ${index}` }));
    let isEnded = false;
    const dryRun = apply(own, { sources }, '?dryRun=true').then((answer) => {
      isEnded = true;
      return answer;
    });
    await eventually(async () => {
      const inserting = `SELECT 1 FROM pg_locks l WHERE l.relation = 'sources'::regclass AND l.mode = 'RowExclusiveLock'`;
      expect(await admin.dataSource.query<unknown[]>(inserting)).not.toEqual([]);
    });
    const path = `/workspaces/${foreign}/sources/${source?.id}/write-keys/${key}/revoke`;
    expect((await admin.call('POST', path)).status).toBe(200);
    expect(isEnded).toBe(false);
    expect((await dryRun).status).toBe(200);
  });

  it('leave connections of the pool to others, however many of one workspace wait', async () => {
    const open = await openChange();
    const waiting = Array.from({ length: 12 }, (_, index) => makeSource(own, `Waiting ${index}`));
    await makeSource(foreign);
    await open.commit();
    await Promise.all(waiting);
  });

  it('refuse a third document of one workspace at once, and leave room for another workspace', async () => {
    const open = await openChange();
    const document = { sources: [{ name: 'Open' }, { name: 'New' }] };
    const three = [1, 2, 3].map(() => apply(own, document));
    const refused = await Promise.race(three);
    expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
    expect(refused.headers.get('retry-after')).toBe('5');
    expect((await apply(foreign, { sources: [{ name: 'New' }] })).status).toBe(200);
    await open.commit();
    expect((await Promise.all(three)).map(({ status }) => status).sort()).toEqual([200, 200, 429]);
  });

  it('run again when their transaction was the victim of a deadlock', async () => {
    const [one, two] = [`one-${randomText(8)}`, `two-${randomText(8)}`];
    const document = (values: string[]) => ({
      sources: [{ name: 'New', writeKeys: values.map((value) => ({ name: value, value })) }],
    });
    const answers = await Promise.all([
      apply(own, document([one, two])),
      apply(foreign, document([two, one])),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });
});

describe('a document', () => {
  let small: Admin;
  beforeAll(async () => {
    small = await startAdmin({ APPLY_MAX_ENTRIES: '5', DESTINATION_TYPES: 'webhook,s3' });
  });
  afterAll(() => small.close());
  const make = async () => (await small.call<Made>('POST', '/workspaces', { name: randomText(12) })).body.id;

  it.each(['', '?dryRun=true'])('with more entries than the limit is refused%s', async (query) => {
    const path = `/workspaces/${await make()}/apply${query}`;
    const document = (count: number) => ({
      version: 1,
      sources: Array.from({ length: count }, (_, index) => ({ name: `Source ${index}` })),
      connections: [],
    });
    expect(await small.call('PUT', path, document(6))).toMatchObject({
      status: 422,
      body: { code: 'invalid_request', detail: expect.stringContaining('APPLY_MAX_ENTRIES') as string },
    });
    expect((await small.call('PUT', path, document(5))).status).toBe(200);
  });

  it('that deletes more entries than the limit is refused', async () => {
    const workspace = `/workspaces/${await make()}`;
    for (let count = 0; count < 6; count += 1)
      await small.call('POST', `${workspace}/sources`, { name: `Source ${count}` });
    const nothing = { version: 1, sources: [] };
    expect(await small.call('PUT', `${workspace}/apply`, nothing)).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('deletes 6 entries') as string },
    });
  });

  it('with a destination type that the operator does not allow is refused, as the destination itself is', async () => {
    const workspace = `/workspaces/${await make()}`;
    const print = { type: 'console', name: 'Print', settings: {} };
    const document = { version: 1, destinations: [print] };
    const refused = { status: 422, body: { code: 'type_not_allowed', errors: [{ pointer: '/type' }] } };
    expect(await small.call('POST', `${workspace}/destinations`, print)).toMatchObject(refused);
    expect(await small.call('PUT', `${workspace}/apply`, document)).toMatchObject({
      status: 422,
      body: { code: 'type_not_allowed', errors: [{ pointer: '/destinations/0/type' }] },
    });
    const { body } = await small.call<{ data: { type: string }[] }>('GET', '/destination-types');
    expect(body.data.map(({ type }) => type)).toEqual(['s3', 'webhook']);
    expect((await small.call('GET', '/destination-types/console')).status).toBe(404);
  });

  it('keeps an existing destination of such a type, which is paused and not tested', async () => {
    const id = await make();
    const path = `/workspaces/${id}/destinations`;
    const row = { id: newId('dst'), name: 'Print', type: 'console', settings: {}, workspaceId: id };
    await small.dataSource.manager.insert('destinations', row);
    const paused = { state: 'paused', paused: { reason: 'type_not_allowed' } };
    expect(await small.call('POST', `${path}/${row.id}/resume`)).toMatchObject({ status: 200, body: paused });
    expect(await small.call('POST', `${path}/${row.id}/test`)).toMatchObject({
      status: 422,
      body: { code: 'type_not_allowed' },
    });
    const destinations = [{ id: row.id, name: 'Renamed', type: 'console', settings: {} }];
    const document = { version: 1, destinations };
    expect((await small.call('PUT', `/workspaces/${id}/apply`, document)).status).toBe(200);
    expect((await small.call('DELETE', `${path}/${row.id}`)).status).toBe(204);
  });
});

describe('a test of a destination', () => {
  it('leaves an audit row without the event', async () => {
    const print = { type: 'console', name: 'Print', settings: {} };
    const id = await created(`/workspaces/${own}/destinations`, print);
    const event = { type: 'track', userId: 'canary-user', event: 'Order Completed' };
    expect((await admin.call('POST', `/workspaces/${own}/destinations/${id}/test`, { event })).status).toBe(
      200,
    );
    const rows = await admin.dataSource.manager.findBy(AuditRecord, { resourceId: id, action: 'test' });
    expect(rows).toMatchObject([{ workspaceId: own, resourceType: 'destination', after: { event: 'own' } }]);
    expect(JSON.stringify(rows)).not.toContain('canary-user');
  });
});
