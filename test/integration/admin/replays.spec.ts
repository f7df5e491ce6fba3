import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Replay } from '../../../src/database/entities/replay.entity.js';
import { EventLog } from '../../../src/event-log/event-log.js';
import { type Admin, startAdmin } from '../../support/admin-app.js';
import { makeWorld, type World } from '../../support/admin-world.js';
import { anEvent } from '../../support/events.js';

interface ReplayBody {
  readonly id: string;
  readonly state: string;
  readonly version: number;
  readonly endedAt: string | null;
  readonly progress: { readonly percent: number; readonly total: number; readonly missed: number };
  readonly errors?: readonly { readonly pointer: string }[];
}

let admin: Admin;
let world: World;
let path: string;

beforeAll(async () => {
  admin = await startAdmin({ DESTINATION_ALLOWED_CIDRS: '127.0.0.0/8' });
  world = await makeWorld(admin, 'http://127.0.0.1:1/');
  path = `/workspaces/${world.workspaceId}/replays`;
  const { workspaceId, sourceId } = world;
  const records = ['A', 'B', 'B'].map((event) => ({
    topic: 'tributary.events',
    key: 'k',
    value: JSON.stringify(anEvent({ event, projectId: sourceId })),
    headers: { workspace: workspaceId, source: sourceId, type: 'track' },
  }));
  await admin.app.get(EventLog, { strict: false }).append(records);
});
afterAll(() => admin.close());

const past = (more: object = {}) => ({
  destinationId: world.destinationId,
  from: '2020-01-01T00:00:00Z',
  to: '2999-01-01T00:00:00Z',
  ...more,
});
const create = (more: object = {}) => admin.call<ReplayBody>('POST', path, past(more));
const act = (id: string, action: string, headers = {}) =>
  admin.call<ReplayBody>('POST', `${path}/${id}/${action}`, {}, { headers });

describe('replays', () => {
  it('are created for what the event log has at that time, and end now at the latest', async () => {
    const { status, body, headers } = await create({ types: ['track'], events: ['B'], rateLimit: 5 });
    expect([status, headers.get('etag')]).toEqual([201, '"1"']);
    expect(body).toMatchObject({
      state: 'running',
      reason: null,
      destinationId: world.destinationId,
      sourceIds: null,
      types: ['track'],
      events: ['B'],
      onlyFailed: false,
      rateLimit: 5,
      progress: { percent: 0, total: 3, scanned: 0, missed: 0, counted: 0, delivered: 0, at: null },
      endedAt: null,
    });
    expect(Date.parse((body as unknown as { to: string }).to)).toBeLessThanOrEqual(Date.now());
    expect((await admin.call('GET', `${path}/${body.id}`)).body).toEqual(body);
    const list = await admin.call<{ data: ReplayBody[] }>('GET', `${path}?state=running`);
    expect(list.body.data[0]).toEqual(body);
  });

  it('have a dry run: the number of events, and when the first and the last were stored', async () => {
    const dryRun = (more: object) => admin.call('POST', `${path}/dry-run`, past(more));
    const { status, body } = await dryRun({ events: ['B'] });
    expect([status, body]).toEqual([
      200,
      {
        count: 2,
        scanned: 3,
        complete: true,
        from: expect.any(String) as string,
        to: expect.any(String) as string,
      },
    ]);
    const nothing = { count: 0, scanned: 3, complete: true, from: null, to: null };
    expect((await dryRun({ types: ['identify'] })).body).toEqual(nothing);
    expect((await dryRun({ sourceIds: [world.sourceId] })).body).toMatchObject({ count: 3 });
    // The world has one dead letter.
    expect((await dryRun({ onlyFailed: true })).body).toMatchObject({ count: 1, scanned: 1 });
  });

  it('are paused, resumed and cancelled, each with an audit entry, and stay cancelled', async () => {
    const { body } = await create();
    expect((await act(body.id, 'pause')).body).toMatchObject({ state: 'paused', version: 2 });
    expect((await act(body.id, 'pause')).body).toMatchObject({ state: 'paused', version: 2 });
    expect((await act(body.id, 'resume', { 'if-match': '"1"' })).status).toBe(412);
    expect((await act(body.id, 'resume', { 'if-match': '"2"' })).body).toMatchObject({ state: 'running' });
    const cancelled = await act(body.id, 'cancel');
    expect(cancelled.body).toMatchObject({ state: 'cancelled', endedAt: expect.any(String) as string });
    expect((await act(body.id, 'cancel')).body).toEqual(cancelled.body);
    expect((await act(body.id, 'resume')).status).toBe(409);
    expect((await act(body.id, 'pause')).status).toBe(409);
    const log = await admin.call<{ data: { action: string }[] }>(
      'GET',
      `/workspaces/${world.workspaceId}/audit-log?resourceId=${body.id}`,
    );
    expect(log.body.data.map(({ action }) => action)).toEqual(['cancel', 'resume', 'pause', 'create']);
  });

  it('count the events that were removed before they were read', async () => {
    const { body } = await create();
    const progress = { positions: {}, scanned: 2, counted: 2, delivered: 2 };
    await admin.dataSource.manager.update(Replay, { id: body.id }, { state: 'completed', progress });
    const read = await admin.call<ReplayBody>('GET', `${path}/${body.id}`);
    expect(read.body.progress).toMatchObject({ percent: 100, total: 3, scanned: 2, missed: 1 });
  });

  it.each([
    ['an unknown destination', { destinationId: 'dst_nobody' }, '/destinationId'],
    ['an unknown source', { sourceIds: ['src_nobody'] }, '/sourceIds/0'],
    ['a range that ends before it begins', { to: '2019-01-01T00:00:00Z' }, '/from'],
    ['a range that is still to come', { from: '2998-01-01T00:00:00Z' }, '/from'],
    ['a time without a zone', { from: '2026-11-21T08:00:00' }, '/from'],
    ['a type that there is not', { types: ['nonsense'] }, '/types'],
    ['no rate at all', { rateLimit: 0 }, '/rateLimit'],
  ])('are refused for %s', async (_, more, pointer) => {
    const made = await create(more);
    expect([made.status, made.body.errors?.[0]?.pointer]).toEqual([422, pointer]);
    expect((await admin.call('POST', `${path}/dry-run`, past(more))).status).toBe(422);
  });

  it('are refused for a destination or a source of another workspace', async () => {
    const other = await makeWorld(admin, 'http://127.0.0.1:1/');
    expect((await create({ destinationId: other.destinationId })).status).toBe(422);
    expect((await create({ sourceIds: [other.sourceId] })).status).toBe(422);
  });

  it('are refused while twenty of the workspace have not ended', async () => {
    const full = await makeWorld(admin, 'http://127.0.0.1:1/');
    const at = `/workspaces/${full.workspaceId}/replays`;
    const one = () => admin.call('POST', at, past({ destinationId: full.destinationId }));
    for (let made = 1; made < 20; made += 1) expect((await one()).status).toBe(201);
    expect((await one()).status).toBe(409);
    await admin.call('POST', `${at}/${full.replayId}/cancel`, {});
    expect((await one()).status).toBe(201);
  });
});
