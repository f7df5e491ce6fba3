import { expect, it } from 'vitest';
import { FakeLog } from '../../test/support/fake-log.js';
import { type LogRoom } from '../event-log/appender.js';
import { Gauges } from '../metrics/gauges.js';
import { Conditions } from './conditions.js';
import { LocalLogRoom } from './local-log-room.js';

it('shows the room of a log that has a limit, and reports when less than a fifth is left', async () => {
  let room: LogRoom | undefined = { limit: 1_000, used: 900, unread: 800 };
  const log = Object.assign(new FakeLog(), { room: () => room });
  const gauges = new Gauges();
  const conditions = new Conditions();
  new LocalLogRoom(log, gauges, conditions);
  const metrics = await gauges.registry.metrics();
  expect(metrics).toMatch(/^tributary_local_log_limit_bytes 1000$/m);
  expect(metrics).toMatch(/^tributary_local_log_used_bytes 900$/m);
  expect(metrics).toMatch(/^tributary_local_log_unread_bytes 800$/m);
  expect(conditions.now()).toEqual([]);
  room = { ...room, unread: 801 };
  expect(conditions.now()).toEqual([
    'the local log has 19 % of its room left: a destination has not read the rest',
  ]);
  room = undefined;
  expect(conditions.now()).toEqual([]);
  expect(await gauges.registry.metrics()).not.toMatch(/^tributary_local_log_limit_bytes \d/m);
});
