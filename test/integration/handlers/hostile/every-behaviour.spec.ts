import { afterAll, describe, expect, it } from 'vitest';
import { makeAuthority } from '../../../support/certificates.js';
import { type Behave, type Behaviour } from '../../../support/hostile-servers/behaviour.js';
import { hostileServer } from '../../../support/hostile-servers/hostile-server.js';
import { type HostileType, hostileTypes } from '../../../support/hostile-servers/hostile-types.js';
import { Caller } from './caller.js';

const TIMEOUT_MS = 2_000;
const SLACK_MS = 8_000;
/** Growth of the process that a server may cause: the budget of one destination, and the copies that a parser makes of it. */
const MOST_MIB = 160;
const AT_ONCE = 4;

const authority = await makeAuthority();
const types = hostileTypes(await authority.issue('server'), await (await makeAuthority()).issue('server'));

const callers = Array.from({ length: AT_ONCE }, () => new Caller());
afterAll(() => Promise.all(callers.map((caller) => caller.stop())));

/** What the server does before a handshake with TLS can begin. */
const beginning = ({ beforeTls }: HostileType, { tls, behave }: Behaviour): Behave =>
  tls && beforeTls !== undefined
    ? (socket) =>
        socket.once('data', () => {
          socket.write(beforeTls);
          behave(socket);
        })
    : behave;

/** What is wrong with how a call ended; undefined when nothing is. */
async function faultOf(caller: Caller, type: HostileType, behaviour: Behaviour): Promise<string | undefined> {
  const server = await hostileServer(beginning(type, behaviour));
  const tls = behaviour.tls && { ca: authority.certificate };
  const settings = { ...type.settings(server.port, tls), ...behaviour.settings };
  const call = { type: type.type, settings, timeoutMs: TIMEOUT_MS };
  const { kind, reason, ms, grownMiB } = await caller.call(call).catch((error: unknown) => {
    return { kind: String(error), reason: '', ms: 0, grownMiB: 0 };
  });
  await server.close();
  const isOver = ms > TIMEOUT_MS + SLACK_MS || grownMiB > MOST_MIB;
  if (kind === 'ok' && behaviour.mayDeliver && !isOver) return undefined;
  const hasReason = /^[A-Za-z0-9_]{2,60}$/.test(reason) && reason !== 'handler_error';
  if (/^(?:retry|reject|auth)$/.test(kind) && hasReason && !isOver) return undefined;
  return `${behaviour.name}: ${kind} ${reason}, ${ms.toFixed()} ms, ${grownMiB.toFixed()} MiB`;
}

describe.each(types)('a $type destination', (type) => {
  it('has a table of at least 50 behaviours, each under a name of its own', () => {
    expect(type.behaviours.length).toBeGreaterThanOrEqual(50);
    expect(new Set(type.behaviours.map(({ name }) => name)).size).toBe(type.behaviours.length);
  });

  it(`survives ${type.behaviours.length} behaviours of its server, each as a failed attempt with a reason`, async () => {
    const left = [...type.behaviours];
    const found: string[] = [];
    const work = async (caller: Caller): Promise<void> => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const fault = await faultOf(caller, type, next);
        if (fault !== undefined) found.push(fault);
      }
    };
    await Promise.all(callers.map(work));
    expect(found).toEqual([]);
  }, 180_000);
});
