import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DeliveryExplanationDto } from '../../../src/admin/deliveries/deliveries.dto.js';
import { DeadLetter } from '../../../src/database/entities/dead-letter.entity.js';
import { PendingDelivery } from '../../../src/database/entities/pending-delivery.entity.js';
import { Destination } from '../../../src/database/entities/destination.entity.js';
import { Connection } from '../../../src/database/entities/connection.entity.js';
import { newId } from '../../../src/database/new-id.js';
import { type Admin, startAdmin } from '../../support/admin-app.js';
import { makeWorld, type World } from '../../support/admin-world.js';

const HOUR_MS = 3_600_000;

let admin: Admin;
let world: World;
let messageId: string;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());
beforeEach(async () => {
  world = await makeWorld(admin, 'https://example.com/');
  await admin.dataSource.manager.delete(DeadLetter, { destinationId: world.destinationId });
  messageId = newId('dl');
});

async function explain(of = world, id = messageId): Promise<DeliveryExplanationDto> {
  const path = `/workspaces/${of.workspaceId}/deliveries?messageId=${encodeURIComponent(id)}`;
  const { status, body } = await admin.call<DeliveryExplanationDto>('GET', path, undefined, {
    token: of.viewerToken,
  });
  expect(status).toBe(200);
  return body;
}

/** Another destination of the workspace; with a filter where one is given, null for none, undefined for no connection. */
async function aDestination(filter?: object | null, more: Partial<Destination> = {}): Promise<string> {
  const id = newId('dst');
  const { workspaceId, sourceId } = world;
  const row = { id, workspaceId, name: id, type: 'webhook', settings: {}, ...more };
  await admin.dataSource.manager.insert(Destination, row);
  if (filter !== undefined)
    await admin.dataSource.manager.insert(Connection, {
      id: newId('con'),
      sourceId,
      destinationId: id,
      filter,
    });
  return id;
}

/** What the delivery has written down about an attempt; `received` is how many seconds ago the message came. */
const attempted = (
  destinationId: string,
  outcome: string,
  more: { ago?: number; reason?: string; attempt?: number; received?: number; workspaceId?: string } = {},
) =>
  admin.dataSource.query(
    `INSERT INTO delivery_attempts (destination_id, source_id, message_id, attempt, at, outcome, reason, status, received_at, workspace_id)
     VALUES ($1, $2, $3, $4, now() - make_interval(secs => $5), $6, $7, 503, now() - make_interval(secs => $8), $9)`,
    [
      destinationId,
      world.sourceId,
      messageId,
      more.attempt ?? 1,
      more.ago ?? 0,
      outcome,
      more.reason ?? null,
      more.received ?? 0,
      more.workspaceId ?? world.workspaceId,
    ],
  );

const waiting = (destinationId: string) =>
  admin.dataSource.manager.insert(PendingDelivery, {
    destinationId,
    origin: `tributary.events/0/${messageId}`,
    messageId,
    event: JSON.stringify({
      type: 'track',
      messageId,
      text: '\0',
      projectId: world.sourceId,
      receivedAt: new Date(),
    }),
    attempt: 1,
    dueAt: new Date(Date.now() + HOUR_MS),
    firstFailedAt: new Date(),
    lastReason: 'http_503',
  });

const outcomes = ({ destinations }: DeliveryExplanationDto) =>
  Object.fromEntries(
    destinations.map(({ destinationId, outcome, reason }) => [destinationId, [outcome, reason]]),
  );

describe('the explanation of a delivery', () => {
  it('shows each destination connected to the source, and no other', async () => {
    const own = world.destinationId;
    const [filtering, excluded, silent, skipping, paused] = [
      await aDestination({ types: ['page'] }),
      await aDestination(null),
      await aDestination(null),
      await aDestination(null, { enabled: false }),
      await aDestination(null, { pausedAt: new Date() }),
    ];
    await aDestination();
    await attempted(own, 'retry', { reason: 'http_503' });
    await waiting(own);
    const delivered = await aDestination(null);
    await attempted(delivered, 'delivered');
    await attempted(filtering, 'filtered', { attempt: 0, reason: 'connection_filter' });
    await attempted(excluded, 'filtered', { attempt: 0, reason: 'integrations' });
    const answer = await explain();
    expect(outcomes(answer)).toEqual({
      [own]: ['retrying', 'http_503'],
      [filtering]: ['filtered', 'connection_filter'],
      [excluded]: ['filtered', 'integrations'],
      [skipping]: ['filtered', 'disabled'],
      [delivered]: ['delivered', null],
      [silent]: ['pending', null],
      [paused]: ['pending', null],
    });
    const stateOf = (id: string) =>
      answer.destinations.find(({ destinationId }) => destinationId === id)?.state;
    expect([stateOf(paused), stateOf(skipping)]).toEqual(['paused', 'disabled']);
  });

  it('does not call a missing record pending when it may have been deleted, or could never exist', async () => {
    const own = world.destinationId;
    const old = { createdAt: new Date(Date.now() - 200 * HOUR_MS) };
    const [silent, newer] = [await aDestination(null, old), await aDestination(null)];
    // Paused for long at one destination, delivered and forgotten at the other.
    await attempted(own, 'delivered', { received: 100 * 3_600 });
    expect(outcomes(await explain())).toEqual({
      [own]: ['delivered', null],
      [silent]: ['unknown', 'out_of_window'],
      [newer]: ['not_sent', 'created_later'],
    });
    await admin.dataSource.query('UPDATE delivery_attempts SET received_at = now() - $1::interval', ['1 h']);
    expect(outcomes(await explain())).toMatchObject({ [silent]: ['unknown', 'connected_later'] });
  });

  it('shows attempts in order with times, statuses and reasons, the next attempt and the dead letter', async () => {
    const own = world.destinationId;
    await attempted(own, 'dead', { ago: 60, reason: 'http_503' });
    await attempted(own, 'retry', { ago: 120, reason: 'http_503' });
    const deadLetterId = newId('dl');
    const letter = {
      destinationId: own,
      sourceId: world.sourceId,
      origin: 'o',
      messageId,
      eventType: 'track',
    };
    const end = { event: '{}', reason: 'http_503', attempts: 2, firstFailedAt: new Date() };
    await admin.dataSource.manager.insert(DeadLetter, { id: deadLetterId, ...letter, ...end });
    const dead = await explain();
    const attempt = { attempt: 1, status: 503, reason: 'http_503', replay: false };
    expect(dead.destinations).toMatchObject([
      {
        destinationId: own,
        type: 'webhook',
        state: 'active',
        outcome: 'dead',
        reason: 'http_503',
        nextAttemptAt: null,
        deadLetterId,
        attempts: [
          { ...attempt, outcome: 'retry' },
          { ...attempt, outcome: 'dead' },
        ],
      },
    ]);
    await waiting(own);
    const [again] = (await explain()).destinations;
    expect(again).toMatchObject({ outcome: 'retrying', deadLetterId });
    expect(Date.parse(String(again?.nextAttemptAt))).toBeGreaterThan(Date.now());
  });

  it('knows nothing of a message without records, and shows the window', async () => {
    const { window, destinations } = await explain();
    expect(destinations).toMatchObject([
      { destinationId: world.destinationId, outcome: 'unknown', attempts: [] },
    ]);
    expect(window).toMatchObject({ log: 'all', hours: 72 });
    expect(Date.now() - Date.parse(String(window.from))).toBeGreaterThanOrEqual(72 * HOUR_MS);
  });

  it('shows nothing of another workspace, not even for the same message id', async () => {
    await attempted(world.destinationId, 'delivered');
    await waiting(world.destinationId);
    const other = await makeWorld(admin, 'https://example.com/');
    const { destinations } = await explain(other);
    expect(destinations).toMatchObject([
      { destinationId: other.destinationId, outcome: 'unknown', attempts: [] },
    ]);
  });

  it('shows no attempt that another workspace made for a destination of the same id', async () => {
    const other = await makeWorld(admin, 'https://example.com/');
    await attempted(world.destinationId, 'delivered', { workspaceId: other.workspaceId });
    expect((await explain()).destinations).toMatchObject([{ outcome: 'unknown', attempts: [] }]);
  });

  it.each([
    '',
    '?messageId=',
    `?messageId=${'x'.repeat(501)}`,
    '?messageId=a&messageId=b',
    '?messageId=a&x=1',
  ])('wants one message id, not "%s"', async (query) => {
    expect((await admin.call('GET', `/workspaces/${world.workspaceId}/deliveries${query}`)).status).toBe(422);
  });

  it('accepts any text as a message id', async () => {
    expect((await explain(world, 'a\0b😀')).messageId).toBe('a\0b😀');
  });

  it('does not call a missing record pending when successes are not recorded', async () => {
    const sparse = await startAdmin({ DELIVERY_LOG: 'failures', DELIVERY_LOG_HOURS: '5' });
    const own = admin;
    try {
      admin = sparse;
      world = await makeWorld(sparse, 'https://example.com/');
      const silent = await aDestination(null);
      await waiting(world.destinationId);
      const answer = await explain();
      expect(outcomes(answer)).toMatchObject({ [silent]: ['unknown', 'not_written_down'] });
      expect(answer.window).toMatchObject({ log: 'failures', hours: 5 });
    } finally {
      admin = own;
      await sparse.close();
    }
  });
});
