import { randomBytes, randomUUID } from 'node:crypto';
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  type Admin,
  Kafka,
  logLevel,
  ResourcePatternTypes,
} from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { kafka as handler } from '../../../src/destinations/handlers/kafka/kafka.handler.js';
import { type Authority, type Identity, makeAuthority } from '../../support/certificates.js';
import { anEvent } from '../../support/events.js';
import { eventually } from '../../support/eventually.js';
import { lineTo, type LineToServer } from '../../support/line-to-server.js';
import { type KafkaServer, startKafka } from '../../support/servers/kafka.js';
import { loopbackPort } from '../../support/servers/loopback-port.js';
import { topicRecords } from '../../support/topic-records.js';
import { deliveriesOf, Framework } from './framework.js';
import { describeHandler, type Stage, throughLine } from './suite.js';

const PASSWORD = 'good-password';
/** A compressed batch with the poison is larger than this, one of a thousand ordinary events is not. */
const MAX_MESSAGE_BYTES = 60_000;

let authority: Authority;
let client: Identity;
let server: KafkaServer;
let line: LineToServer;
/** Port of a listener that advertises a private address. */
let inwardPort: number;
let kafka: Kafka;
let admin: Admin;

/** A broker behind a line, which requires TLS, a client certificate and a login. */
beforeAll(async () => {
  authority = await makeAuthority();
  const [broker, own] = await Promise.all([authority.issue('broker'), authority.issue('client')]);
  client = own;
  const port = await loopbackPort();
  inwardPort = await loopbackPort();
  line = await lineTo('127.0.0.1', port);
  const login = 'org.apache.kafka.common.security.plain.PlainLoginModule required';
  server = await startKafka({
    listeners: [
      { name: 'GUARDED', port, advertised: `127.0.0.1:${line.port}`, protocol: 'SASL_SSL' },
      { name: 'INWARD', port: inwardPort, advertised: '10.0.0.1:9092', protocol: 'PLAINTEXT' },
    ],
    properties: {
      'auto.create.topics.enable': 'true',
      'sasl.enabled.mechanisms': 'PLAIN',
      'listener.name.guarded.plain.sasl.jaas.config': `${login} user_tributary="${PASSWORD}";`,
      'listener.name.guarded.ssl.client.auth': 'required',
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.certificate.chain': oneLine(broker.certificate),
      'ssl.keystore.key': oneLine(broker.key),
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.certificates': oneLine(authority.certificate),
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': 'User:ANONYMOUS',
      'allow.everyone.if.no.acl.found': 'true',
    },
  });
  kafka = new Kafka({ brokers: [server.brokers], logLevel: logLevel.NOTHING });
  admin = kafka.admin();
  await admin.connect();
}, 120_000);

afterAll(async () => {
  await admin.disconnect();
  await line.cut();
  await server.stop();
});

const oneLine = (pem: string): string => pem.replaceAll('\n', '\\n');

async function newTopic(partitions = 1): Promise<string> {
  const topic = `delivered-${randomUUID().slice(0, 8)}`;
  const configEntries = [{ name: 'max.message.bytes', value: String(MAX_MESSAGE_BYTES) }];
  await admin.createTopics({ topics: [{ topic, numPartitions: partitions, configEntries }] });
  return topic;
}

const settingsFor = (topic: string, changes: object = {}) => ({
  ...{ brokers: [`127.0.0.1:${line.port}`], topic, compression: 'gzip' },
  ...{ tls: true, caCertificate: authority.certificate },
  ...{ clientCertificate: client.certificate, clientKey: client.key },
  ...{ saslMechanism: 'plain', username: 'tributary', password: PASSWORD },
  ...changes,
});

const idsIn = async (topic: string) =>
  (await topicRecords(kafka, topic)).map(({ headers }) => String(headers?.['messageId']));

async function start(): Promise<Stage> {
  const topic = await newTopic();
  return {
    settings: settingsFor(topic),
    refusedSettings: settingsFor(topic, { password: 'bad-password' }),
    delivered: () => idsIn(topic),
    ...throughLine(line),
    poison: { properties: { noise: randomBytes(MAX_MESSAGE_BYTES).toString('base64') } },
    duplicates: 'told',
    close: () => line.mend(),
  };
}

describeHandler({ handler: handler, start });

describe('kafka', () => {
  const open: Framework[] = [];
  const framework = (settings: object) => {
    const made = new Framework(handler, settings);
    open.push(made);
    return made;
  };
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
  });
  const outcomeOf = async (settings: object) =>
    (await framework(settings).attempt(deliveriesOf([anEvent()])))[0];

  it.each(['none', 'gzip'])(
    'writes the bytes of the log with headers and key, compression %s',
    async (compression) => {
      const topic = await newTopic();
      const event = anEvent({ userId: 'Größe', messageId: `ü-${randomUUID()}` });
      const json = () => `{"exact":12345678901234567890, "event":${JSON.stringify(event)}}`;
      const settings = settingsFor(topic, { compression, key: '{source}:{userId}' });
      await framework(settings).attempt(deliveriesOf([event], json));
      const [record] = await topicRecords(kafka, topic);
      expect(String(record?.key)).toBe(`${event.projectId}:Größe`);
      expect(String(record?.value)).toBe(json());
      const headers = Object.entries(record?.headers ?? {}).map(([name, value]) => [name, String(value)]);
      expect(Object.fromEntries(headers)).toEqual({
        ...{ 'tributary-schema': '1.0', workspace: 'wsp_1', source: event.projectId, type: 'track' },
        ...{ messageId: event.messageId, receivedAt: event.receivedAt },
      });
    },
  );

  it('writes nothing twice when one of the partitions, or topics, refuses something', async () => {
    const prefix = `delivered-${randomUUID().slice(0, 8)}`;
    const configEntries = [{ name: 'max.message.bytes', value: String(MAX_MESSAGE_BYTES) }];
    const topics = ['track', 'page'].map((type) => `${prefix}-${type}`);
    await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: 3, configEntries })) });
    const noise = () => ({ noise: randomBytes(MAX_MESSAGE_BYTES).toString('base64') });
    const given = Array.from({ length: 200 }, (_, n) =>
      anEvent({
        type: n % 2 === 0 ? 'track' : 'page',
        userId: `u${n % 15}`,
        ...(n === 101 || n === 160 ? { properties: noise() } : {}),
      }),
    );
    const outcomes = await framework(settingsFor(`${prefix}-{type}`)).attempt(deliveriesOf(given));
    const dead = { kind: 'dead', reason: 'kafka_message_too_large' };
    expect(outcomes).toEqual(given.map((_, n) => (n === 101 || n === 160 ? dead : { kind: 'delivered' })));
    const written = (await Promise.all(topics.map(idsIn))).flat();
    const wanted = given.filter((_, n) => n !== 101 && n !== 160).map(({ messageId }) => messageId);
    expect(written.sort()).toEqual(wanted.sort());
  });

  it('keeps the order of each user', async () => {
    const topic = await newTopic(3);
    const given = Array.from({ length: 300 }, (_, n) => anEvent({ userId: `u${n % 7}`, properties: { n } }));
    await framework(settingsFor(topic)).attempt(deliveriesOf(given));
    const users = new Map<string, number[]>();
    for (const { key, value } of await topicRecords(kafka, topic)) {
      const { properties } = JSON.parse(String(value)) as { properties: { n: number } };
      users.set(String(key), [...(users.get(String(key)) ?? []), properties.n]);
    }
    const wanted = Array.from({ length: 7 }, (_, user) => [
      `u${user}`,
      given.map((_event, n) => n).filter((n) => n % 7 === user),
    ]);
    expect([...users].sort()).toEqual(wanted);
  });

  it('retries events for a missing topic, and delivers those for other topics', async () => {
    const page = await newTopic();
    const prefix = page.replace('delivered-', '');
    const [track, given] = [`${prefix}-track`, [anEvent(), anEvent({ type: 'page' })]];
    await admin.createTopics({ topics: [{ topic: `${prefix}-page` }] });
    const one = framework(settingsFor(`${prefix}-{type}`));
    expect(await one.attempt(deliveriesOf(given))).toMatchObject([
      { kind: 'retry', reason: 'unknown_topic' },
      { kind: 'delivered' },
    ]);
    expect(await idsIn(`${prefix}-page`)).toEqual([given[1]!.messageId]);
    await admin.createTopics({ topics: [{ topic: track }] });
    expect(await one.attempt(deliveriesOf(given.slice(0, 1)))).toEqual([{ kind: 'delivered' }]);
    expect(await idsIn(track)).toEqual([given[0]!.messageId]);
  });

  it('lets the cluster create a topic with createTopics', async () => {
    const topic = `made-${randomUUID()}`;
    expect(await outcomeOf(settingsFor(topic))).toMatchObject({ kind: 'retry', reason: 'unknown_topic' });
    const one = framework(settingsFor(topic, { createTopics: true }));
    await eventually(async () =>
      expect(await one.attempt(deliveriesOf([anEvent()]))).toEqual([{ kind: 'delivered' }]),
    );
    expect(await idsIn(topic)).toHaveLength(1);
  });

  it('pauses for a topic without permission', async () => {
    const topic = await newTopic();
    const denied = {
      ...{ resourceName: topic, resourceType: AclResourceTypes.TOPIC },
      ...{ resourcePatternType: ResourcePatternTypes.LITERAL, principal: 'User:tributary', host: '*' },
      ...{ operation: AclOperationTypes.WRITE, permissionType: AclPermissionTypes.DENY },
    };
    await admin.createAcls({ acl: [denied] });
    await eventually(async () =>
      expect(await outcomeOf(settingsFor(topic))).toEqual({
        ...{ kind: 'held', auth: true, reason: 'kafka_topic_authorization_failed' },
      }),
    );
  });

  it('reports which certificate is refused', async () => {
    const topic = await newTopic();
    const stranger = await makeAuthority();
    const { certificate, key } = await stranger.issue('client');
    expect(await outcomeOf(settingsFor(topic, { caCertificate: stranger.certificate }))).toMatchObject({
      kind: 'retry',
      reason: 'tls',
    });
    for (const changes of [
      { clientCertificate: certificate, clientKey: key },
      { clientCertificate: undefined, clientKey: undefined },
    ]) {
      expect(await outcomeOf(settingsFor(topic, changes))).toEqual({
        ...{ kind: 'held', auth: true, reason: 'client_certificate_refused' },
      });
    }
    expect(await idsIn(topic)).toEqual([]);
  });

  it('connects to the next broker of the list when the first is unavailable', async () => {
    const topic = await newTopic();
    const away = `127.0.0.1:${await loopbackPort()}`;
    const brokers = [away, `127.0.0.1:${line.port}`];
    expect(await outcomeOf(settingsFor(topic, { brokers }))).toEqual({ kind: 'delivered' });
  });

  it.each([
    ['in the settings', () => '10.0.0.1:9092'],
    ['advertised by a broker', () => `127.0.0.1:${inwardPort}`],
  ])('does not reach a blocked address, %s', async (_, broker) => {
    const topic = await newTopic();
    const plain = { brokers: [broker()], topic, tls: false };
    const outcomes = await framework(plain).attempt(deliveriesOf([anEvent(), anEvent()]));
    expect(outcomes).toEqual(outcomes.map(() => ({ kind: 'dead', reason: 'address_blocked' })));
  });
});
