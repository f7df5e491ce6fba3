import { describe, expect, it } from 'vitest';
import { brokerName, hostOfBroker } from './broker-names.js';

/** As kafkajs reads a broker of its list. */
const hostIn = (broker: string) => broker.split(':')[0] ?? '';
const portIn = (broker: string) => Number(broker.split(':')[1]);

describe('the name of a broker with an IPv6 address', () => {
  it.each([
    ['[fd00::1]:9092', 'fd00::1', 9092],
    ['[::1]:9093', '::1', 9093],
    ['[2001:DB8:0:0:0:0:0:1]:1', '2001:DB8:0:0:0:0:0:1', 1],
    ['[::ffff:10.0.0.1]:9092', '::ffff:10.0.0.1', 9092],
  ])('%s survives kafkajs', (broker, host, port) => {
    const name = brokerName(broker);
    expect([hostOfBroker(hostIn(name)), portIn(name)]).toEqual([host, port]);
  });

  it.each(['kafka_1.example:9092', 'kafka:9092', '10.0.0.7:9092', 'a--b.example:9092'])(
    'is not needed for %s',
    (broker) => {
      expect(brokerName(broker)).toBe(broker);
      expect(hostOfBroker(hostIn(broker))).toBe(hostIn(broker));
    },
  );

  it('leaves an address that a broker reports', () => expect(hostOfBroker('fd00::2')).toBe('fd00::2'));
});
