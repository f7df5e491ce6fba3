import { type AuthenticationProviderArgs, type Mechanism } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { type KafkaCredentials, kafkaLogin, MAX_SCRAM_ROUNDS } from './kafka-login.js';

const logger = { debug: () => undefined, error: () => undefined };

/** Logs in at a broker that asks for so many rounds, and returns what the client sent. */
async function messagesTo(mechanism: KafkaCredentials['mechanism'], rounds: string): Promise<string[]> {
  const login = kafkaLogin({ mechanism, username: 'user', password: 'secret' }) as Mechanism;
  const messages: string[] = [];
  const saslAuthenticate = async ({ request }: { request: { encode(): Buffer | Promise<Buffer> } }) => {
    const message = (await request.encode()).toString('latin1', 4);
    messages.push(message);
    const nonce = /r=([^,]+)/.exec(message)?.[1] ?? '';
    return messages.length === 1 ? { r: `${nonce}x`, s: 'c2FsdA==', i: rounds, original: '' } : { v: 'no' };
  };
  const args = { host: 'broker', port: 9092, logger, saslAuthenticate };
  await login
    .authenticationProvider(args as unknown as AuthenticationProviderArgs)
    .authenticate()
    .catch((error: unknown) => messages.push((error as Error).message));
  return messages;
}

describe('a login at Kafka', () => {
  it.each(['scram-sha-256', 'scram-sha-512'] as const)(
    'computes up to 100,000 rounds of %s',
    async (name) => {
      const [first, proof] = await messagesTo(name, String(MAX_SCRAM_ROUNDS));
      expect(first).toMatch(/^n,,n=user,r=/);
      expect(proof).toMatch(/,p=[A-Za-z0-9+/=]+$/);
    },
  );

  it.each([
    ['scram-sha-256', '100001'],
    ['scram-sha-512', '2147483647'],
    ['scram-sha-512', '99999999999999999999'],
  ] as const)('refuses %s with %s rounds before it computes', async (name, rounds) => {
    const messages = await messagesTo(name, rounds);
    expect(messages).toHaveLength(2);
    expect(messages[1]).toMatch(/asks for \d+ rounds of SCRAM, and 100000 is the limit/);
  });

  it('passes a plain login on', () => {
    const plain = { mechanism: 'plain', username: 'user', password: 'secret' } as const;
    expect(kafkaLogin(plain)).toEqual(plain);
  });
});
