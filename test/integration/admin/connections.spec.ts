import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditRecord } from '../../../src/database/entities/audit-record.entity.js';
import { type Admin, startAdmin } from '../../support/admin-app.js';

let admin: Admin;

beforeAll(async () => {
  admin = await startAdmin();
});

afterAll(() => admin.close());

interface Ends {
  readonly path: string;
  readonly workspaceId: string;
  readonly sourceId: string;
  readonly destinationId: string;
}

const idOf = async (path: string, body: object) =>
  (await admin.call<{ id: string }>('POST', path, body)).body.id;

let count = 0;
/** A workspace with a source and a destination. */
async function ends(): Promise<Ends> {
  count += 1;
  const workspaceId = await idOf('/workspaces', { name: `Workspace ${count}` });
  const inside = `/workspaces/${workspaceId}`;
  const sourceId = await idOf(`${inside}/sources`, { name: 'App' });
  const destinationId = await idOf(`${inside}/destinations`, {
    type: 'console',
    name: 'Terminal',
    settings: {},
  });
  return { path: `${inside}/connections`, workspaceId, sourceId, destinationId };
}

const connect = ({ path, sourceId, destinationId }: Ends, more: object = {}) =>
  admin.call<{ id: string; [field: string]: unknown }>('POST', path, { sourceId, destinationId, ...more });

const FILTER = {
  types: ['track'],
  events: ['Order *'],
  properties: [{ pointer: '/properties/plan', operator: 'in', value: ['pro', 'team'] }],
};

describe('connections', () => {
  it('are created, read, changed and deleted', async () => {
    const { path, ...of } = await ends();
    const made = await connect({ path, ...of }, { filter: FILTER });
    expect(made).toMatchObject({
      status: 201,
      body: { sourceId: of.sourceId, destinationId: of.destinationId, filter: FILTER, version: 1 },
    });
    const one = `${path}/${made.body.id}`;
    expect(made.headers.get('location')).toBe(`/admin/v1${one}`);
    expect(await admin.call('GET', one)).toMatchObject({ status: 200, body: made.body });

    expect((await admin.call('PATCH', one, { filter: { types: ['page'] } })).body).toMatchObject({
      filter: { types: ['page'] },
      version: 2,
    });
    expect((await admin.call('PATCH', one, {})).body).toMatchObject({ filter: { types: ['page'] } });
    const headers = { 'if-match': '"1"' };
    expect((await admin.call('PATCH', one, { filter: null }, { headers })).status).toBe(412);
    expect((await admin.call('PATCH', one, { filter: null })).body).toMatchObject({
      filter: null,
      version: 3,
    });
    expect((await admin.call('DELETE', one)).status).toBe(204);
    expect((await admin.call('GET', one)).status).toBe(404);

    const rows = await admin.dataSource.manager.find(AuditRecord, {
      where: { resourceId: made.body.id },
      order: { id: 'ASC' },
    });
    expect(rows.map(({ action }) => action)).toEqual(['create', 'update', 'update', 'delete']);
    expect(rows[1]).toMatchObject({ before: { filter: FILTER }, after: { filter: { types: ['page'] } } });
    expect(rows.every((row) => row.workspaceId === of.workspaceId)).toBe(true);
  });

  it('let everything pass when no filter is given', async () => {
    expect((await connect(await ends())).body).toMatchObject({ filter: null });
  });

  it('are not changed by the filter that they have', async () => {
    const of = await ends();
    const { body } = await connect(of, { filter: FILTER });
    const again = await admin.call('PATCH', `${of.path}/${body.id}`, { filter: structuredClone(FILTER) });
    expect(again.body).toMatchObject({ version: 1 });
  });

  it.each(['types', 'events', 'properties'])(
    'refuse null as %s of a filter, as their schema does',
    async (part) => {
      expect(await connect(await ends(), { filter: { [part]: null } })).toMatchObject({
        status: 422,
        body: { code: 'invalid_request', errors: [{ pointer: `/filter/${part}` }] },
      });
    },
  );

  it.each(['constructor', '__proto__', 'hasOwnProperty', 'toString'])(
    'refuse the field %s, which every JavaScript object inherits, as any other unknown one',
    async (name) => {
      const { path, sourceId, destinationId } = await ends();
      const fields = JSON.stringify({ sourceId, destinationId }).slice(1);
      expect(await admin.call('POST', path, `{"${name}":{},${fields}`)).toMatchObject({
        status: 422,
        body: { code: 'invalid_request', errors: [{ pointer: `/${name}` }] },
      });
    },
  );

  it('exist once per source and destination', async () => {
    const of = await ends();
    await connect(of);
    expect(await connect(of)).toMatchObject({
      status: 409,
      body: { code: 'duplicate', errors: [{ pointer: '/destinationId' }] },
    });
  });

  it('need a source and a destination of their own workspace', async () => {
    const [own, foreign] = [await ends(), await ends()];
    const { sourceId, destinationId } = foreign;
    expect(await connect({ ...own, sourceId, destinationId })).toMatchObject({
      status: 422,
      body: {
        errors: [
          { pointer: '/sourceId', detail: `There is no source ${sourceId} in this workspace` },
          { pointer: '/destinationId', detail: `There is no destination ${destinationId} in this workspace` },
        ],
      },
    });
    expect((await connect({ ...own, sourceId })).status).toBe(422);
    expect((await connect({ ...own, destinationId })).status).toBe(422);
  });

  it.each([
    ['an unknown type of event', { types: ['click'] }, '/filter/types'],
    ['an unknown field', { type: 'track' }, '/filter/type'],
    ['a condition without a place', { properties: [{ operator: 'exists' }] }, '/filter/properties/0/pointer'],
    [
      'a condition with nothing to compare with',
      { properties: [{ pointer: '/userId', operator: 'in' }] },
      '/filter/properties/0/value',
    ],
    ['a list', [], '/filter'],
    ['a text', 'track', '/filter'],
  ])('refuse %s as filter, when they are made and later', async (_, filter, pointer) => {
    const of = await ends();
    const faulty = { status: 422, body: { errors: [{ pointer }] } };
    expect(await connect(of, { filter })).toMatchObject(faulty);
    const { body } = await connect(of);
    expect(await admin.call('PATCH', `${of.path}/${body.id}`, { filter })).toMatchObject(faulty);
  });

  it('keep their source and destination', async () => {
    const of = await ends();
    const { body } = await connect(of);
    const { sourceId } = of;
    expect(await admin.call('PATCH', `${of.path}/${body.id}`, { sourceId })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/sourceId', detail: 'There is no field sourceId here' }] },
    });
  });

  it('are listed by source and by destination', async () => {
    const of = await ends();
    const other = await idOf(`/workspaces/${of.workspaceId}/sources`, { name: 'Web' });
    const first = (await connect(of)).body.id;
    const second = (await connect({ ...of, sourceId: other })).body.id;
    const ids = async (query: string) =>
      (await admin.call<{ data: { id: string }[] }>('GET', `${of.path}${query}`)).body.data.map(
        ({ id }) => id,
      );
    expect(await ids('')).toEqual([first, second]);
    expect(await ids(`?sourceId=${other}`)).toEqual([second]);
    expect(await ids(`?destinationId=${of.destinationId}`)).toEqual([first, second]);
    expect(await ids(`?sourceId=${other}&destinationId=dst_none`)).toEqual([]);
  });

  it('of another workspace do not exist', async () => {
    const [own, foreign] = [await ends(), await ends()];
    const { id } = (await connect(foreign)).body;
    for (const [method, body] of [['GET'], ['PATCH', { filter: null }], ['DELETE']] as const)
      expect((await admin.call(method, `${own.path}/${id}`, body)).status).toBe(404);
    const list = await admin.call('GET', `${own.path}?sourceId=${foreign.sourceId}`);
    expect(list.body).toMatchObject({ data: [] });
    expect((await admin.call('GET', `${foreign.path}/${id}`)).status).toBe(200);
  });
});
