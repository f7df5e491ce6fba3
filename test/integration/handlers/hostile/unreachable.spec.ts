import { type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeAuthority } from '../../../support/certificates.js';
import { Caller } from './caller.js';
import { type HostileServer, hostileServer } from '../../../support/hostile-servers/hostile-server.js';
import { SETTINGS_TO } from '../../../support/hostile-servers/settings-to.js';

const TIMEOUT_MS = 1_500;
const SLACK_MS = 4_000;
/** PostgreSQL's answer to a client that asks for TLS. */
const TLS_ACCEPTED = 'S';

interface Way {
  readonly way: string;
  readonly host?: string;
  readonly behave?: (socket: Socket) => unknown;
  /** The server speaks TLS itself. */
  readonly encrypted?: boolean;
}

const afterFirstBytes = (act: (socket: Socket) => unknown) => (socket: Socket) =>
  socket.once('data', () => act(socket));

/** Without a host or a behaviour, the port refuses connections. */
const WAYS: readonly Way[] = [
  { way: 'refuses connections' },
  { way: 'has an unknown name', host: 'unknown.invalid' },
  { way: 'has a blocked address', host: '10.0.0.1' },
  {
    way: 'speaks no TLS',
    behave: afterFirstBytes((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')),
  },
  { way: 'closes at once', behave: (socket) => socket.end() },
  { way: 'resets at once', behave: (socket) => socket.resetAndDestroy() },
  { way: 'closes after the first bytes', behave: afterFirstBytes((socket) => socket.end()) },
  { way: 'resets after the first bytes', behave: afterFirstBytes((socket) => socket.resetAndDestroy()) },
  {
    way: 'closes in the handshake',
    behave: afterFirstBytes((socket) => {
      socket.write(TLS_ACCEPTED);
      socket.once('data', () => socket.end());
    }),
  },
  { way: 'resets after the handshake', encrypted: true, behave: (socket) => socket.destroy() },
  { way: 'closes after the handshake', encrypted: true, behave: (socket) => socket.end() },
  { way: 'closes after a request', encrypted: true, behave: afterFirstBytes((socket) => socket.end()) },
  { way: 'is silent', behave: (socket) => socket.resume() },
  { way: 'is silent after the handshake', encrypted: true, behave: (socket) => socket.resume() },
];

describe.each(Object.keys(SETTINGS_TO))('a %s destination whose server', (type) => {
  const caller = new Caller();
  let authority: Awaited<ReturnType<typeof makeAuthority>>;
  let identity: Awaited<ReturnType<typeof authority.issue>>;
  let server: HostileServer | undefined;
  beforeAll(async () => {
    authority = await makeAuthority();
    identity = await authority.issue('server');
  });
  afterEach(() => server?.close());
  afterAll(() => caller.stop());

  it.each(WAYS)('$way fails in time, and the process lives', async ({ host = '127.0.0.1', ...way }) => {
    server = await hostileServer(way.behave ?? (() => undefined), way.encrypted ? identity : undefined);
    const { port } = server;
    if (way.behave === undefined) await server.close();
    if (way.behave === undefined) server = undefined;
    const settings = SETTINGS_TO[type]!(host, port, authority.certificate);
    // The second call finds what the first one left.
    for (const _ of [1, 2]) {
      const { kind, reason, ms } = await caller.call({ type, settings, timeoutMs: TIMEOUT_MS });
      expect(kind).toMatch(/^(?:retry|reject|auth)$/);
      expect(reason).toMatch(/^[A-Za-z0-9_]{2,60}$/);
      expect(reason).not.toBe('handler_error');
      expect(ms).toBeLessThan(TIMEOUT_MS + SLACK_MS);
    }
  });
});
