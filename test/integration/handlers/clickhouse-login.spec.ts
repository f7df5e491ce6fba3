import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { createServer, type Server } from 'node:tls';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Handler } from '../../../src/destinations/contract/handler.js';
import { clickhouse } from '../../../src/destinations/handlers/clickhouse/clickhouse.handler.js';
import { type Authority, makeAuthority } from '../../support/certificates.js';
import { anEvent } from '../../support/events.js';
import { type ClickHouseServer, LOGINS, startClickHouse } from '../../support/servers/clickhouse.js';
import { deliveriesOf, Framework } from './framework.js';

const BLOCKED = { kind: 'dead', reason: 'address_blocked' };
const handler = clickhouse as unknown as Handler;

let server: ClickHouseServer;
let authority: Authority;
/** A proxy that speaks TLS in front of the server. */
let proxy: Server;
let framework: Framework | undefined;

beforeAll(async () => {
  Logger.overrideLogger(false);
  authority = await makeAuthority();
  const { certificate, key } = await authority.issue('clickhouse');
  server = await startClickHouse();
  proxy = createServer({ cert: certificate, key }, (near) => {
    const far = connect(server.port, '127.0.0.1');
    near.pipe(far).pipe(near);
    near.on('error', () => far.destroy());
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
});
afterEach(() => framework?.close());
afterAll(async () => {
  proxy.close();
  await server.stop();
});

async function outcomesWith(settings: object, { allowed = '127.0.0.0/8', events = 1 } = {}) {
  const { port } = proxy.address() as AddressInfo;
  const own = { url: `https://127.0.0.1:${port}`, ...LOGINS.writer, caCertificate: authority.certificate };
  framework = new Framework(handler, { ...own, ...settings }, {}, allowed);
  return framework.attempt(deliveriesOf(Array.from({ length: events }, () => anEvent())));
}

describe('the login at ClickHouse', () => {
  it.each(['127.0.0.1', 'localhost'])('is encrypted, and checks the certificate of %s', async (host) => {
    const { port } = proxy.address() as AddressInfo;
    expect(await outcomesWith({ url: `https://${host}:${port}` })).toEqual([{ kind: 'delivered' }]);
  });

  it('stops at a certificate that is not trusted', async () => {
    const { certificate } = await makeAuthority();
    for (const caCertificate of [undefined, certificate])
      expect(await outcomesWith({ caCertificate })).toMatchObject([{ kind: 'retry', reason: 'tls' }]);
  });

  it.each([
    ['a wrong password', { password: 'wrong' }],
    ['no password where one is required', { password: undefined }],
    ['an unknown user', { username: 'nobody' }],
  ])('is refused with %s, and pauses the destination', async (_, settings) => {
    expect(await outcomesWith(settings)).toEqual([{ kind: 'held', auth: true, reason: 'clickhouse_516' }]);
  });

  it('is refused also with a large batch', async () => {
    const outcomes = await outcomesWith({ password: 'wrong' }, { events: 5_000 });
    expect(new Set(outcomes.map((outcome) => 'reason' in outcome && outcome.reason))).toEqual(
      new Set(['clickhouse_516']),
    );
  });

  it('is unencrypted to allowed networks only', async () => {
    const url = `http://127.0.0.1:${server.port}`;
    expect(await outcomesWith({ url })).toEqual([{ kind: 'delivered' }]);
    for (const settings of [{ url }, {}])
      expect(await outcomesWith(settings, { allowed: '10.0.0.0/8', events: 2 })).toEqual([BLOCKED, BLOCKED]);
  });
});
