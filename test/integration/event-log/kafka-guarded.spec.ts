import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load-config.js';
import { LogUnavailable } from '../../../src/event-log/append-errors.js';
import { KafkaLog } from '../../../src/event-log/kafka/kafka-log.js';
import { makeAuthority } from '../../support/certificates.js';
import { eventually } from '../../support/eventually.js';
import { type KafkaServer, startKafka } from '../../support/servers/kafka.js';
import { loopbackPort } from '../../support/servers/loopback-port.js';
import { kafkaSettings, read, ready, record, uniqueName } from './drivers.js';

const PASSWORD = 'good-password';
const limits = { maxInFlightBytes: 67_108_864 };
const oneLine = (pem: string): string => pem.replaceAll('\n', '\\n');

describe('KafkaLog at a broker that requires TLS, a client certificate and a login', () => {
  let broker: KafkaServer;
  let folder: string;
  let settings: Record<string, string>;

  beforeAll(async () => {
    const authority = await makeAuthority();
    const [own, client] = await Promise.all([authority.issue('broker'), authority.issue('client')]);
    const port = await loopbackPort();
    const login = 'org.apache.kafka.common.security.plain.PlainLoginModule required';
    broker = await startKafka({
      listeners: [{ name: 'GUARDED', port, advertised: `localhost:${port}`, protocol: 'SASL_SSL' }],
      properties: {
        'sasl.enabled.mechanisms': 'PLAIN',
        // Shorter than the test, so that connections log in again while they are used.
        'connections.max.reauth.ms': '12000',
        'listener.name.guarded.plain.sasl.jaas.config': `${login} user_tributary="${PASSWORD}";`,
        'listener.name.guarded.ssl.client.auth': 'required',
        'ssl.keystore.type': 'PEM',
        'ssl.keystore.certificate.chain': oneLine(own.certificate),
        'ssl.keystore.key': oneLine(own.key),
        'ssl.truststore.type': 'PEM',
        'ssl.truststore.certificates': oneLine(authority.certificate),
      },
    });
    folder = await mkdtemp(join(tmpdir(), 'tributary-guarded-'));
    const file = async (name: string, text: string): Promise<string> => {
      await writeFile(join(folder, name), text);
      return join(folder, name);
    };
    settings = {
      KAFKA_TLS: 'true',
      KAFKA_TLS_CA_FILE: await file('ca.pem', authority.certificate),
      KAFKA_TLS_CERT_FILE: await file('client.pem', client.certificate),
      KAFKA_TLS_KEY_FILE: await file('client-key.pem', client.key),
      KAFKA_SASL_MECHANISM: 'plain',
      KAFKA_SASL_USERNAME: 'tributary',
      KAFKA_SASL_PASSWORD: PASSWORD,
    };
    settings = kafkaSettings(`localhost:${port}`, settings);
  }, 90_000);
  afterAll(async () => {
    await broker.stop();
    await rm(folder, { recursive: true });
  });

  it('appends, reads, and goes on after the broker was killed and its sessions have ended', async () => {
    const config = loadConfig(settings);
    const log = await ready(new KafkaLog(config, limits));
    const append = (value: string) => log.append([record(config.EVENTS_TOPIC, 'k', value)]);
    const reader = await read(log, uniqueName('group'), [config.EVENTS_TOPIC]);
    await append('first');
    await broker.kill();
    await expect(append('away')).rejects.toBeInstanceOf(LogUnavailable);
    await broker.restart();
    await eventually(() => append('back'), 20_000);
    for (let second = 0; second < 15; second += 1) {
      await append(`at ${second}`);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    await eventually(
      () => expect(reader.values()).toEqual(expect.arrayContaining(['first', 'back', 'at 14'])),
      20_000,
    );
    await log.close();
  }, 90_000);

  it('names the settings of the login when it is refused', async () => {
    const log = new KafkaLog(loadConfig({ ...settings, KAFKA_SASL_PASSWORD: 'bad' }), limits);
    await log.start();
    await eventually(() => expect(log.health().detail).toContain('KAFKA_SASL_PASSWORD'));
    await log.close();
  });

  it('names the settings of TLS without a client certificate', async () => {
    const { KAFKA_TLS_CERT_FILE: _cert, KAFKA_TLS_KEY_FILE: _key, ...more } = settings;
    const log = new KafkaLog(loadConfig(more), limits);
    await log.start();
    await eventually(() => expect(log.health().detail).toMatch(/KAFKA_TLS/));
    await log.close();
  });
});
