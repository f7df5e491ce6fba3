import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Bulkhead, type BulkheadOptions } from '../../../src/destinations/bulkhead/bulkhead.js';
import { deliveryProcessesLost } from '../../../src/metrics/counters.js';
import { DeliveryError } from '../../../src/destinations/contract/delivery-error.js';
import { type ItemResult } from '../../../src/destinations/contract/delivery-item.js';
import { bulkheadOptions } from '../../support/bulkhead/bulkhead-options.js';
import { HOSTILE_ENTRY } from '../../support/bulkhead/child-entry.js';
import { type HostileSettings } from '../../support/bulkhead/hostile.handler.js';
import { startChild } from '../../support/child.js';
import { anEvent } from '../../support/events.js';
import { eventually } from '../../support/eventually.js';

const BLOCKED_MS = 1_500;
const options: BulkheadOptions = { ...bulkheadOptions, entry: HOSTILE_ENTRY, blockedMs: BLOCKED_MS };
const LOST = { kind: 'retry', reason: 'handler_process_lost' };

let bulkhead: Bulkhead;
let folder: string;
const aSettings = (settings: Partial<HostileSettings>): object => settings;
const ok = aSettings({ deed: 'ok' });

const of = (destinationId: string) => ({ workspaceId: `wsp_${destinationId}`, destinationId });

/** One call; a thrown result in place of the results. */
async function call(
  id: string,
  settings: object = ok,
  events = [anEvent()],
  signal: AbortSignal = AbortSignal.timeout(20_000),
): Promise<readonly ItemResult[]> {
  const items = events.map((event) => ({ event, json: JSON.stringify(event), attempt: 1 }));
  try {
    return await bulkhead.deliver({ scope: 1, type: 'hostile', ...of(id), settings, items }, signal);
  } catch (error) {
    if (error instanceof DeliveryError) return [error.result];
    throw error;
  }
}

/** Processes lost so far by one of the causes. */
async function losses(causes: readonly string[]): Promise<number> {
  const { values } = await deliveryProcessesLost.get();
  const counted = values.filter(({ labels }) => causes.includes(String(labels.cause)));
  return counted.reduce((sum, { value }) => sum + value, 0);
}

/** Longest time between two turns of this process's event loop, in ms. */
async function longestStall(during: Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 5);
  await during;
  clearInterval(timer);
  return longest;
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

beforeAll(() => Logger.overrideLogger(false));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-'));
  bulkhead = new Bulkhead({ ...options, processes: 1 });
});
afterEach(async () => {
  await bulkhead.onApplicationShutdown();
  await rm(folder, { recursive: true });
});
afterAll(() => Logger.overrideLogger(['log', 'error', 'warn']));

const diary = async (): Promise<string[]> =>
  (await readFile(join(folder, 'diary'), 'utf8')).trimEnd().split('\n');
const kept = (settings: Partial<HostileSettings>) => aSettings({ ...settings, diary: join(folder, 'diary') });

describe('a call in a delivery process', () => {
  it('returns one result per item, and throws what the handler throws', async () => {
    expect(await call('a', ok, [anEvent(), anEvent()])).toEqual([{ kind: 'ok' }, { kind: 'ok' }]);
    const refused = await call('a', aSettings({ deed: 'reject' }), [
      anEvent({ type: 'track', event: 'bad' }),
    ]);
    expect(refused).toEqual([{ kind: 'reject', reason: 'bad_event' }]);
  });

  it('starts no process before the first call, and keeps it for all calls', async () => {
    expect(bulkhead.pids).toEqual([]);
    await call('a');
    const [pid] = bulkhead.pids;
    await call('b');
    expect(bulkhead.pids).toEqual([pid]);
    expect(pid).not.toBe(process.pid);
  });

  it('passes neither settings nor the environment of the operator in argv or environment', async () => {
    process.env['CANARY_SECRET'] = 'canary';
    const [result] = await call('a', aSettings({ deed: 'facts', diary: '/tmp/canary-of-settings' }));
    delete process.env['CANARY_SECRET'];
    const facts = (result as { reason: string }).reason;
    expect(facts).toContain('PATH');
    expect(facts).not.toMatch(/canary|DATABASE_URL|REDIS_URL/i);
    const [pid] = bulkhead.pids;
    const system = await readFile(`/proc/${pid}/environ`, 'utf8');
    expect(system + (await readFile(`/proc/${pid}/cmdline`, 'utf8'))).not.toMatch(/canary|DATABASE_URL/i);
  });

  it('sees the abort of its signal, and leaves the process to the other calls', async () => {
    const stop = new AbortController();
    const settings = kept({ deed: 'hang' });
    const hanging = call('a', settings, [anEvent()], stop.signal);
    await eventually(async () => expect((await diary()).at(-1)).toMatch(/^call/));
    const [pid] = bulkhead.pids;
    stop.abort(new DeliveryError({ kind: 'retry', reason: 'timeout' }));
    expect(await hanging).toEqual([{ kind: 'retry', reason: 'timeout' }]);
    expect(await diary()).toContain('abort');
    await call('b');
    expect(bulkhead.pids).toEqual([pid]);
  });

  it('shares what the handler has opened until the settings change, a release, or the end', async () => {
    const settings = kept({});
    await call('a', settings);
    await call('a', settings);
    const kinds = async () => (await diary()).map((line) => line.replace(/ .*/, ''));
    expect(await kinds()).toEqual(['open', 'call', 'call']);
    await call('a', kept({}));
    await eventually(async () => expect((await kinds()).filter((line) => line === 'close')).toHaveLength(1));
    bulkhead.release({ scope: 1, ...of('a') });
    await eventually(async () => expect((await kinds()).filter((line) => line === 'close')).toHaveLength(2));
    await call('a', settings);
    await bulkhead.onApplicationShutdown();
    expect((await kinds()).filter((line) => line === 'close')).toHaveLength(3);
  });

  it('keeps the order of successive calls', async () => {
    const settings = kept({});
    const events = Array.from({ length: 20 }, () => anEvent());
    for (const event of events) await call('a', settings, [event]);
    const expected = events.map(({ messageId }) => `call ${messageId}`);
    expect((await diary()).filter((line) => line.startsWith('call'))).toEqual(expected);
  });

  it('ends with the main process', async () => {
    await call('a');
    const [pid] = bulkhead.pids;
    await bulkhead.onApplicationShutdown();
    expect(isRunning(pid!)).toBe(false);
    expect(await call('a')).toEqual([LOST]);
  });

  it('ends when the main process is killed', async () => {
    const main = await startChild(join(import.meta.dirname, '../../support/bulkhead/parent.ts'), []);
    const pid = Number(main.line);
    expect(isRunning(pid)).toBe(true);
    await main.kill();
    await eventually(() => expect(isRunning(pid)).toBe(false));
  });
});

describe('a delivery process that is lost', () => {
  it.each([
    { deed: 'loop', causes: ['blocked'], withinMs: BLOCKED_MS + 1_500 },
    { deed: 'threads', causes: ['blocked'], withinMs: BLOCKED_MS + 1_500 },
    { deed: 'exit', causes: ['died'], withinMs: 2_000 },
    // It fills in one turn of the event loop, which may take too long on a busy machine.
    { deed: 'fill-heap', causes: ['memory', 'blocked'], withinMs: 15_000 },
    { deed: 'fill-buffers', causes: ['memory'], withinMs: 15_000 },
  ] as const)(
    'by $deed is counted and replaced within a second, and other destinations go on',
    async ({ deed, causes, withinMs }) => {
      const before = await losses(causes);
      await Promise.all(['a', 'neighbour'].map((id) => call(id)));
      const [pid] = bulkhead.pids;
      await eventually(() => expect(bulkhead.hasSpare).toBe(true));
      const started = performance.now();
      const settings = aSettings({ deed });
      const lost = call('a', settings);
      let lostAt = 0;
      const answer = lost.then((result) => {
        lostAt = performance.now();
        return result;
      });
      const stall = await longestStall(answer);
      expect(await answer).toEqual([LOST]);
      expect(lostAt - started).toBeLessThan(withinMs);
      expect(stall).toBeLessThan(500);
      expect(isRunning(pid!)).toBe(false);
      expect((await losses(causes)) - before).toBe(1);
      expect(await call('neighbour')).toEqual([{ kind: 'ok' }]);
      expect(performance.now() - lostAt).toBeLessThan(1_000);
      expect(bulkhead.pids).toHaveLength(1);
      expect([bulkhead.isSuspected(of('a')), bulkhead.isSuspected(of('neighbour'))]).toEqual([true, false]);
    },
  );

  it('fails all calls that it held, and suspects their destinations until they have proved themselves', async () => {
    await call('a');
    const innocent = call('innocent', aSettings({ deed: 'hang' }));
    await sleep(50);
    expect(await call('guilty', aSettings({ deed: 'exit' }))).toEqual([LOST]);
    expect(await innocent).toEqual([LOST]);
    for (const id of ['innocent', 'guilty']) expect(bulkhead.isSuspected(of(id))).toBe(true);
    for (let count = 0; count < 4; count += 1) await call('innocent');
    expect(bulkhead.isSuspected(of('innocent'))).toBe(false);
    expect(bulkhead.isSuspected(of('guilty'))).toBe(true);
  });

  it('by a suspect takes no other destination with it, and opens the circuit', async () => {
    await call('guilty', aSettings({ deed: 'exit' }));
    const hanging = new AbortController();
    const neighbour = call('neighbour', aSettings({ deed: 'hang' }), [anEvent()], hanging.signal);
    await sleep(50);
    const [pid] = bulkhead.pids;
    const again = await call('guilty', aSettings({ deed: 'exit' }));
    expect(again).toEqual([{ ...LOST, opensCircuit: true }]);
    expect(bulkhead.pids).toEqual([pid]);
    hanging.abort(new DeliveryError({ kind: 'retry', reason: 'timeout' }));
    expect(await neighbour).toEqual([{ kind: 'retry', reason: 'timeout' }]);
  });

  it('lets suspects wait for each other where there are too few processes', async () => {
    await call('x');
    const ids = ['a', 'b', 'c'];
    const calls = ids.map((id) => call(id, aSettings({ deed: 'hang' })));
    await sleep(50);
    await call('guilty', aSettings({ deed: 'exit' }));
    await Promise.all(calls);
    expect(ids.every((id) => bulkhead.isSuspected(of(id)))).toBe(true);
    expect(await Promise.all(ids.map((id) => call(id)))).toEqual(ids.map(() => [{ kind: 'ok' }]));
    const stopped = new AbortController();
    const hanging = kept({ deed: 'hang' });
    const busy = ['a', 'c'].map((id) => call(id, hanging, [anEvent()], stopped.signal));
    await eventually(async () =>
      expect((await diary()).filter((line) => line.startsWith('call'))).toHaveLength(2),
    );
    const waiting = call('b', ok, [anEvent()], AbortSignal.timeout(100));
    await expect(waiting).rejects.toThrow();
    stopped.abort(new DeliveryError({ kind: 'retry', reason: 'timeout' }));
    await Promise.all(busy);
  });
});

describe('a server that attacks a connection without a call in flight', () => {
  let server: Server;
  beforeEach(async () => {
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      setTimeout(() => socket.write('x'), 300);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => server.close());

  it('makes its own destination suspected, and not those whose calls were in flight', async () => {
    const neighbour = call('neighbour', aSettings({ deed: 'hang' }));
    const { port } = server.address() as AddressInfo;
    expect(await call('guilty', aSettings({ deed: 'throw-later', port }))).toEqual([{ kind: 'ok' }]);
    expect(await neighbour).toEqual([LOST]);
    expect(bulkhead.isSuspected(of('guilty'))).toBe(true);
    expect(bulkhead.isSuspected(of('neighbour'))).toBe(false);
  });
});
