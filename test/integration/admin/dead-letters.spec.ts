import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type DeadLetterDto,
  type DeadLetterWithEventDto,
} from '../../../src/admin/dead-letters/dead-letter.dto.js';
import { type Page } from '../../../src/admin/paging/page.js';
import { AuditRecord } from '../../../src/database/entities/audit-record.entity.js';
import { DeadLetter } from '../../../src/database/entities/dead-letter.entity.js';
import { PendingDelivery } from '../../../src/database/entities/pending-delivery.entity.js';
import { newId } from '../../../src/database/new-id.js';
import { type Admin, startAdmin } from '../../support/admin-app.js';
import { makeWorld, type World } from '../../support/admin-world.js';

type Letters = Page<DeadLetterDto>;

const WAITING_MAX = 50;

let admin: Admin;
let world: World;
let at: string;
beforeAll(async () => {
  admin = await startAdmin({ WAITING_DELIVERIES_MAX: String(WAITING_MAX) });
});
afterAll(() => admin.close());
beforeEach(async () => {
  world = await makeWorld(admin, 'https://example.com/');
  await admin.dataSource.manager.delete(DeadLetter, { destinationId: world.destinationId });
  at = `/workspaces/${world.workspaceId}/destinations/${world.destinationId}/dead-letters`;
});

let made = 0;
/** Puts a dead letter straight into the database; each is made a ms after the one before. */
async function aLetter(more: Partial<DeadLetter> = {}): Promise<string> {
  made += 1;
  const messageId = `message-${made}`;
  const row = {
    id: newId('dl', Date.now() + made),
    destinationId: world.destinationId,
    sourceId: world.sourceId,
    origin: `tributary.events/0/${made}`,
    messageId,
    eventType: 'track',
    eventName: 'Order Completed',
    event: JSON.stringify({ type: 'track', messageId, event: 'Order Completed' }),
    reason: 'http_400',
    attempts: 1,
    lastStatus: 400,
    firstFailedAt: new Date(),
    headers: { traceparent: 'trace' },
    ...more,
  };
  await admin.dataSource.manager.insert(DeadLetter, row);
  return row.id;
}

const idsOf = ({ body }: { body: Letters }) => body.data.map(({ id }) => id);
const list = async (query = '') => idsOf(await admin.call<Letters>('GET', `${at}${query}`));
const deliveries = () =>
  admin.dataSource.manager.find(PendingDelivery, {
    where: { destinationId: world.destinationId },
    order: { sequence: 'ASC' },
  });
const audited = () =>
  admin.dataSource.manager.find(AuditRecord, {
    where: { workspaceId: world.workspaceId, resourceType: 'destination' },
    order: { id: 'ASC' },
  });

describe('the dead letters of a destination', () => {
  it('are listed page by page, the newest first, without their events', async () => {
    const ids = [await aLetter(), await aLetter(), await aLetter()].reverse();
    const first = await admin.call<Letters>('GET', `${at}?limit=2`);
    expect(idsOf(first)).toEqual(ids.slice(0, 2));
    const { next } = first.body.pagination;
    const second = await admin.call<Letters>('GET', `${at}?limit=2&cursor=${next}`);
    expect([idsOf(second), second.body.pagination.next]).toEqual([ids.slice(2), null]);
    expect(first.body.data[0]).toEqual({
      id: ids[0],
      destinationId: world.destinationId,
      sourceId: world.sourceId,
      messageId: expect.any(String) as string,
      eventType: 'track',
      eventName: 'Order Completed',
      reason: 'http_400',
      attempts: 1,
      lastStatus: 400,
      answerCode: null,
      answerMessage: null,
      firstFailedAt: expect.any(String) as string,
      deadAt: expect.any(String) as string,
      redeliveredAt: null,
      redeliveries: 0,
    });
  });

  it('are found by reason, kind, name, time and redelivery, and by all of them together', async () => {
    const [plain, timeout] = [await aLetter(), await aLetter({ reason: 'timeout' })];
    const page = await aLetter({ eventType: 'page', eventName: 'Home' });
    const old = await aLetter({ deadAt: new Date('2026-01-01T00:00:00Z') });
    const again = await aLetter({ redeliveredAt: new Date(), redeliveries: 1 });
    expect(await list('?reason=timeout')).toEqual([timeout]);
    expect(await list('?eventType=page')).toEqual([page]);
    expect(await list('?eventName=Home')).toEqual([page]);
    expect(await list('?to=2026-01-02T00:00:00Z')).toEqual([old]);
    expect(await list('?from=2026-01-02T00:00:00Z&eventType=track&redelivered=false')).toEqual([
      timeout,
      plain,
    ]);
    expect(await list('?redelivered=true')).toEqual([again]);
    expect(await list('?reason=timeout&eventType=page')).toEqual([]);
  });

  it.each(['redelivered=yes', 'eventType=other', 'from=yesterday', 'from=2026-01-01', 'limit=0', 'event=x'])(
    'are not looked for by %s',
    async (query) => {
      expect((await admin.call('GET', `${at}?${query}`)).status).toBe(422);
    },
  );

  it('are read with the event, cut where it is large', async () => {
    const id = await aLetter();
    const small = await admin.call<DeadLetterWithEventDto>('GET', `${at}/${id}`);
    expect(small.body).toMatchObject({
      id,
      event: { type: 'track', event: 'Order Completed' },
      eventText: null,
    });
    const event = JSON.stringify({ type: 'track', properties: { text: 'x'.repeat(40_000) } });
    const large = await admin.call<DeadLetterWithEventDto>('GET', `${at}/${await aLetter({ event })}`);
    expect(large.body).toMatchObject({ event: null, eventText: event.slice(0, 32_768) });
  });
});

describe('redelivering', () => {
  it('creates a marked delivery that is due now, each time, with one audit entry each', async () => {
    const id = await aLetter();
    for (const n of [1, 2]) {
      const answer = await admin.call('POST', `${at}/${id}/redeliver`);
      expect([answer.status, answer.body]).toEqual([200, { redelivered: 1 }]);
      expect(await admin.dataSource.manager.findOneByOrFail(DeadLetter, { id })).toMatchObject({
        redeliveries: n,
        redeliveredAt: expect.any(Date) as Date,
      });
    }
    const rows = await deliveries();
    expect(rows.map(({ origin }) => origin)).toEqual([`redelivery/${id}/1`, `redelivery/${id}/2`]);
    expect(rows[0]).toMatchObject({
      attempt: 0,
      orderKey: null,
      claimedUntil: null,
      headers: { traceparent: 'trace', replay: id },
      event: expect.stringContaining('Order Completed') as string,
    });
    expect(rows[0]!.dueAt.getTime()).toBeLessThanOrEqual(Date.now() + 1_000);
    const action = 'redeliver_dead_letters';
    const note = {
      action,
      resourceId: world.destinationId,
      before: null,
      after: { redelivered: 1, ids: [id] },
    };
    expect(await audited()).toMatchObject([note, note]);
  });

  it('is refused while as many deliveries wait as may, and then changes nothing', async () => {
    const id = await aLetter();
    const waits = (from: number, to: number) =>
      admin.dataSource.query(
        `INSERT INTO deliveries (destination_id, origin, message_id, event, attempt, due_at, first_failed_at, last_reason)
         SELECT $1, 'old/0/' || n, 'm', '{}', 1, now(), now(), 'http_500' FROM generate_series($2::int, $3::int) n`,
        [world.destinationId, from, to],
      );
    await waits(1, WAITING_MAX - 1);
    expect((await admin.call('POST', `${at}/${id}/redeliver`)).status).toBe(200);
    expect(await admin.call('POST', `${at}/${id}/redeliver`)).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
    expect((await admin.call('POST', `${at}/redeliver`, { ids: [id] })).status).toBe(409);
    expect(await deliveries()).toHaveLength(WAITING_MAX);
    await admin.dataSource.manager.delete(PendingDelivery, { origin: 'old/0/1' });
    expect((await admin.call('POST', `${at}/${id}/redeliver`)).status).toBe(200);
  });

  it('is refused while as many deliveries of the workspace wait as its quota allows', async () => {
    const id = await aLetter();
    const quotas = `/workspaces/${world.workspaceId}/quotas`;
    const allow = (waitingDeliveries: number | null) => admin.call('PATCH', quotas, { waitingDeliveries });
    expect((await allow(1)).status).toBe(200);
    expect((await admin.call('POST', `${at}/${id}/redeliver`)).status).toBe(200);
    expect(await admin.call('POST', `${at}/${id}/redeliver`)).toMatchObject({
      status: 409,
      body: { code: 'conflict', detail: expect.stringContaining('its quota') as string },
    });
    await allow(null);
    expect((await admin.call('POST', `${at}/${id}/redeliver`)).status).toBe(200);
  });

  it('selects dead letters by id, redelivered ones too, and ignores ids that do not exist', async () => {
    const ids = [await aLetter(), await aLetter({ redeliveredAt: new Date(), redeliveries: 1 })];
    await aLetter();
    const body = { ids: [...ids, newId('dl')] };
    expect((await admin.call('POST', `${at}/redeliver`, body)).body).toEqual({ redelivered: 2 });
    const origins = (await deliveries()).map(({ origin }) => origin);
    expect(origins).toEqual([`redelivery/${ids[0]}/1`, `redelivery/${ids[1]}/2`]);
  });

  it('selects all that were not redelivered yet, in order, or those with a reason, with one audit entry', async () => {
    const [first, timeout, last] = [await aLetter(), await aLetter({ reason: 'timeout' }), await aLetter()];
    const some = await admin.call('POST', `${at}/redeliver`, { all: true, reason: 'timeout' });
    expect(some.body).toEqual({ redelivered: 1 });
    expect((await admin.call('POST', `${at}/redeliver`, { all: true })).body).toEqual({ redelivered: 2 });
    expect((await admin.call('POST', `${at}/redeliver`, { all: true })).body).toEqual({ redelivered: 0 });
    const origins = (await deliveries()).map(({ origin }) => origin);
    expect(origins).toEqual([timeout, first, last].map((id) => `redelivery/${id}/1`));
    expect((await audited()).map(({ after }) => after)).toEqual([
      { redelivered: 1, reason: 'timeout' },
      { redelivered: 2 },
    ]);
  });

  it('happens once when a request is repeated with its Idempotency-Key', async () => {
    const id = await aLetter();
    const options = { headers: { 'idempotency-key': newId('dl') } };
    for (let n = 0; n < 2; n++) {
      const answer = await admin.call('POST', `${at}/${id}/redeliver`, undefined, options);
      expect(answer.body).toEqual({ redelivered: 1 });
    }
    expect(await deliveries()).toHaveLength(1);
  });

  it.each([
    {},
    { ids: [] },
    { ids: ['dl_1'], all: true },
    { ids: ['dl_1'], reason: 'timeout' },
    { reason: 'timeout' },
    { all: false },
    { all: null },
    { ids: 'dl_1' },
    { ids: Array.from({ length: 1_001 }, () => 'dl_1') },
  ])('refuses a body that does not say which, such as %j', async (body) => {
    await aLetter();
    expect((await admin.call('POST', `${at}/redeliver`, body)).status).toBe(422);
    expect(await deliveries()).toEqual([]);
  });
});

describe('discarding', () => {
  it('deletes one, or all of the destination and none of another, with one audit entry', async () => {
    const [id] = [await aLetter(), await aLetter(), await aLetter()];
    const other = await makeWorld(admin, 'https://example.com/');
    expect((await admin.call('DELETE', `${at}/${id}`)).status).toBe(204);
    expect((await admin.call('DELETE', `${at}/${id}`)).status).toBe(404);
    const answer = await admin.call('DELETE', at);
    expect([answer.status, answer.body]).toEqual([200, { discarded: 2 }]);
    expect((await admin.call('DELETE', at)).body).toEqual({ discarded: 0 });
    expect(await list()).toEqual([]);
    expect(await admin.dataSource.manager.existsBy(DeadLetter, { id: other.deadLetterId })).toBe(true);
    const action = 'discard_dead_letters';
    expect(await audited()).toMatchObject([
      { action, after: { discarded: 1, ids: [id] } },
      { action, after: { discarded: 2 } },
    ]);
  });
});

describe('dead letters of another workspace', () => {
  it('are not found under an own destination, nor by id', async () => {
    const other = await makeWorld(admin, 'https://example.com/');
    const id = other.deadLetterId;
    expect((await admin.call('GET', `${at}/${id}`)).status).toBe(404);
    expect((await admin.call('POST', `${at}/${id}/redeliver`)).status).toBe(404);
    expect((await admin.call('POST', `${at}/redeliver`, { ids: [id] })).body).toEqual({ redelivered: 0 });
    expect((await admin.call('DELETE', `${at}/${id}`)).status).toBe(404);
    const theirs = `/workspaces/${world.workspaceId}/destinations/${other.destinationId}/dead-letters`;
    for (const [method, path, body] of [
      ['GET', theirs],
      ['POST', `${theirs}/redeliver`, { all: true }],
      ['DELETE', theirs],
    ] as const) {
      expect((await admin.call(method, path, body)).status).toBe(404);
    }
    expect(await admin.dataSource.manager.findOneByOrFail(DeadLetter, { id })).toMatchObject({
      redeliveries: 0,
    });
  });
});
