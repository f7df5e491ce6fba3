import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { groupOf } from '../../../src/destinations/delivery/model/prepared-destination.js';
import { EventLog } from '../../../src/event-log/event-log.js';
import { type Admin, startAdmin } from '../../support/admin-app.js';
import { makeWorld, type World } from '../../support/admin-world.js';

let admin: Admin;
let world: World;
let at: string;
beforeAll(async () => {
  admin = await startAdmin({ BACKLOG_MAX_EVENTS: '40', WAITING_DELIVERIES_MAX: '5' });
  world = await makeWorld(admin, 'https://example.com/');
  at = `/workspaces/${world.workspaceId}/destinations/${world.destinationId}/backlog`;
});
afterAll(() => admin.close());

const read = async () => (await admin.call('GET', at)).body;

describe('the backlog of a destination', () => {
  it('is empty at first', async () => {
    expect(await read()).toEqual({
      usedPercent: 0,
      waiting: 0,
      waitingLimit: 5,
      shed: 0,
      lastShedAt: null,
    });
  });

  it('shows how much of its limit is used, what waits up to the limit, and what was shed', async () => {
    const log = admin.app.get(EventLog, { strict: false });
    await log.fixPosition(groupOf(world.destinationId), ['tributary.events'], new Date(0));
    const record = { topic: 'tributary.events', key: 'k', value: '{}', headers: {} };
    await log.append(Array.from({ length: 30 }, () => record));
    const id = [world.destinationId];
    await admin.dataSource.query(
      `INSERT INTO deliveries (destination_id, origin, message_id, event, attempt, due_at, first_failed_at, last_reason)
       SELECT $1, 'old/0/' || n, 'm', '{}', 1, now(), now(), 'http_500' FROM generate_series(1, 7) n`,
      id,
    );
    await admin.dataSource.query(`INSERT INTO shed_backlogs VALUES ($1, 12, '2026-11-30T12:00:00Z')`, id);
    expect(await read()).toEqual({
      usedPercent: 75,
      waiting: 5,
      waitingLimit: 5,
      shed: 12,
      lastShedAt: '2026-11-30T12:00:00.000Z',
    });
  });

  it('has no share while the event log does not answer', async () => {
    await admin.app.get(EventLog, { strict: false }).close();
    expect(await read()).toMatchObject({ usedPercent: null, waiting: 5, shed: 12 });
  });
});
