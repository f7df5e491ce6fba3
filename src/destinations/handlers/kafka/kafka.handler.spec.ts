import { generateKeyPairSync } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { anEvent } from '../../../../test/support/events.js';
import { SCHEMA_VERSION } from '../../../events/records/headers.js';
import { type DeliveryItem, type ItemResult } from '../../contract/delivery-item.js';
import { addressesOf, secretsOf } from '../../contract/settings-marks.js';
import { KafkaClient } from './kafka.client.js';
import { kafka } from './kafka.handler.js';
import { KafkaSettings } from './kafka.settings.js';

const good = { brokers: ['kafka.example.com:9093'], topic: 'events' };
const [certificate = ''] = rootCertificates;
const key = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });
const settingsOf = (plain: object) => plainToInstance(KafkaSettings, plain, { exposeDefaultValues: true });
const faultyIn = (plain: object) => validateSync(settingsOf(plain)).map(({ property }) => property);

/** A client with an answer per topic, which records its calls. */
class FakeClient extends KafkaClient {
  readonly sent: Parameters<KafkaClient['send']>[] = [];
  constructor(private readonly answers: Record<string, () => Promise<ItemResult>> = {}) {
    const network = {} as ConstructorParameters<typeof KafkaClient>[0]['network'];
    super({ settings: settingsOf(good), destinationId: 'dst_1', network, signal: AbortSignal.any([]) });
  }
  override async send(...args: Parameters<KafkaClient['send']>): Promise<ItemResult[]> {
    this.sent.push(args);
    const answer = (await this.answers[args[0]]?.()) ?? { kind: 'ok' };
    return args[1].map(() => answer);
  }
}

function deliver(items: DeliveryItem[], opened: KafkaClient, settings = {}, signal = AbortSignal.any([])) {
  return kafka.deliver(items, {
    ...{ settings: settingsOf({ ...good, ...settings }), destinationId: 'dst_1', workspaceId: 'wsp_1' },
    ...{ opened, signal },
    http: { send: () => Promise.reject(new Error('no HTTP here')) },
  });
}
const item = (overrides = {}): DeliveryItem => {
  const event = anEvent(overrides);
  return { event, json: `${JSON.stringify(event)} `, attempt: 1 };
};

describe('kafka', () => {
  it('writes each event byte for byte, in order, with the headers of the product’s own topics', async () => {
    const client = new FakeClient();
    const items = [item({ userId: 'u1' }), item({ userId: undefined, anonymousId: 'a1' })];
    expect(await deliver(items, client)).toEqual([{ kind: 'ok' }, { kind: 'ok' }]);
    const messages = items.map(({ event, json }) => ({
      key: event.userId ?? 'a1',
      value: json,
      headers: {
        'tributary-schema': SCHEMA_VERSION,
        ...{ workspace: 'wsp_1', source: 'src_1', type: 'track' },
        ...{ messageId: event.messageId, receivedAt: event.receivedAt },
      },
    }));
    expect(client.sent).toEqual([['events', messages]]);
  });

  it('marks replayed events only', async () => {
    const client = new FakeClient();
    await deliver([item(), { ...item(), replay: 'rpl_1' }], client);
    const marks = client.sent[0]?.[1].map(({ headers }) => headers?.['replay']);
    expect(marks).toEqual([undefined, 'rpl_1']);
  });

  it('delivers events of other topics when one is missing', async () => {
    const missing: ItemResult = { kind: 'retry', reason: 'unknown_topic' };
    const client = new FakeClient({ page: () => Promise.resolve(missing) });
    const items = [item(), item({ type: 'page' }), item()];
    const results = await deliver(items, client, { topic: '{type}' });
    expect(results).toEqual([{ kind: 'ok' }, missing, { kind: 'ok' }]);
  });

  it('pauses for a missing topic only where all events go to it, and after a while: it may be in creation', async () => {
    const missing: ItemResult = { kind: 'retry', reason: 'unknown_topic' };
    const client = new FakeClient({ events: () => Promise.resolve(missing) });
    const doubtful = { kind: 'auth', reason: 'unknown_topic', doubt: 'moment' };
    expect(await deliver([item(), item()], client)).toEqual([doubtful, doubtful]);
  });

  it('holds the lack of rights on one topic against its events, and on the only topic against the destination', async () => {
    const refused: ItemResult = { kind: 'auth', reason: 'kafka_topic_authorization_failed' };
    const client = new FakeClient({ page: () => Promise.resolve(refused) });
    const items = [item({ type: 'page' }), item(), item({ type: 'page' })];
    const doubtful = { ...refused, doubt: 'event' };
    expect(await deliver(items, client, { topic: '{type}' })).toEqual([doubtful, { kind: 'ok' }, doubtful]);
    const only = new FakeClient({ events: () => Promise.resolve(refused) });
    await expect(deliver([item(), item()], only)).rejects.toMatchObject({ result: refused });
  });

  it('keeps what one topic has acknowledged when another fails', async () => {
    const failure: ItemResult = { kind: 'retry', reason: 'timeout' };
    const client = new FakeClient({ page: () => Promise.resolve(failure) });
    const results = await deliver([item({ type: 'page' }), item()], client, { topic: '{type}' });
    expect(results).toEqual([failure, { kind: 'ok' }]);
  });

  it.each([
    ['the cluster is unavailable', { kind: 'retry', reason: 'timeout' }],
    ['the login is refused', { kind: 'auth', reason: 'kafka_login_refused' }],
  ] as const)('rejects as a whole, so that the framework opens a new client, when %s', async (_, failure) => {
    const answer = () => Promise.resolve(failure);
    const client = new FakeClient({ page: answer, track: answer });
    const delivering = deliver([item({ type: 'page' }), item()], client, { topic: '{type}' });
    await expect(delivering).rejects.toMatchObject({ result: failure });
  });

  it('rejects when its signal aborts, although the cluster does not respond', async () => {
    const client = new FakeClient({ events: () => new Promise(() => undefined) });
    const stop = new AbortController();
    const sending = deliver([item()], client, {}, stop.signal);
    stop.abort(new Error('stopped'));
    await expect(sending).rejects.toThrow('stopped');
    await expect(deliver([item()], client, {}, stop.signal)).rejects.toThrow('stopped');
  });

  it('marks the secrets and the addresses', () => {
    expect(secretsOf(KafkaSettings)).toEqual(['clientCertificate', 'clientKey', 'password']);
    expect(addressesOf(KafkaSettings)).toEqual(['brokers']);
  });

  it.each([
    [{ brokers: undefined }, 'brokers'],
    [{ brokers: [] }, 'brokers'],
    [{ brokers: 'kafka.example.com:9093' }, 'brokers'],
    [{ brokers: ['kafka.example.com'] }, 'brokers'],
    [{ brokers: ['kafka.example.com:0'] }, 'brokers'],
    [{ brokers: ['kafka.example.com:65536'] }, 'brokers'],
    [{ brokers: ['a:1', 'a:1'] }, 'brokers'],
    [{ brokers: ['user@host:1'] }, 'brokers'],
    [{ topic: 'a b' }, 'topic'],
    [{ key: '{event}' }, 'key'],
    [{ compression: 'zstd' }, 'compression'],
    [{ clientId: 'a b' }, 'clientId'],
    [{ tls: 'yes' }, 'tls'],
    [{ createTopics: 'yes' }, 'createTopics'],
    [{ caCertificate: 'plain' }, 'caCertificate'],
    [{ caCertificate: key }, 'caCertificate'],
    [{ clientCertificate: certificate }, 'clientKey'],
    [{ clientKey: key }, 'clientCertificate'],
    [{ clientCertificate: certificate, clientKey: 'plain' }, 'clientKey'],
    [{ saslMechanism: 'gssapi', username: 'u', password: 'p' }, 'saslMechanism'],
    [{ saslMechanism: 'plain', password: 'p' }, 'username'],
    [{ saslMechanism: 'plain', username: 'u' }, 'password'],
  ])('refuses %j because of %s', (settings, property) => {
    expect(faultyIn({ ...good, ...settings })).toEqual([property]);
  });

  it.each([
    {},
    { brokers: ['127.0.0.1:9092', 'b-2.cluster_1.internal:65535'] },
    { caCertificate: certificate, clientCertificate: certificate, clientKey: key },
    { saslMechanism: 'scram-sha-512', username: 'u', password: 'p', compression: 'gzip' },
    {
      topic: '{workspace}.{source}.{type}.{event}',
      key: '{source}:{userId}',
      createTopics: true,
      tls: false,
    },
  ])('accepts %j', (settings) => {
    expect(faultyIn({ ...good, ...settings })).toEqual([]);
  });
});
