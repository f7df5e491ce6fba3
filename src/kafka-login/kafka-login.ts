import { createRequire } from 'node:module';
import kafkajs, {
  type AuthenticationProviderArgs,
  type Authenticator,
  type KafkaConfig,
  type SaslAuthenticateArgs,
} from 'kafkajs';

/** Most rounds of PBKDF2 that a broker may ask for: 24 times Kafka's default, and about 0.1 s of a thread. */
export const MAX_SCRAM_ROUNDS = 100_000;

export interface KafkaCredentials {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

type ScramProvider = (
  login: Pick<KafkaCredentials, 'username' | 'password'>,
) => (args: AuthenticationProviderArgs) => Authenticator;

/** kafkajs does not export its SCRAM. Version 2.2.4 is pinned; the spec fails when an upgrade moves these files. */
const SCRAM_FILES = {
  'scram-sha-256': 'kafkajs/src/broker/saslAuthenticator/scram256.js',
  'scram-sha-512': 'kafkajs/src/broker/saslAuthenticator/scram512.js',
} as const;

/**
 * The `sasl` option of kafkajs for a login. kafkajs would compute as many rounds as the broker asks for: 2³¹ of them occupy a
 * thread for many minutes, after the connection has ended too. Here a login with more than MAX_SCRAM_ROUNDS fails.
 */
export function kafkaLogin({
  mechanism,
  username,
  password,
}: KafkaCredentials): NonNullable<KafkaConfig['sasl']> {
  if (mechanism === 'plain') return { mechanism, username, password };
  const scram = createRequire(import.meta.url)(SCRAM_FILES[mechanism]) as ScramProvider;
  const provider = scram({ username, password });
  return {
    mechanism,
    authenticationProvider: (args) =>
      provider({
        ...args,
        saslAuthenticate: async <Answer>(exchange: SaslAuthenticateArgs<Answer>) => {
          const answer = await args.saslAuthenticate(exchange);
          refuseManyRounds(answer);
          return answer;
        },
      }),
  };
}

/** `i` of the broker's first answer (RFC 5802, section 5.1), read as kafkajs reads it. */
function refuseManyRounds(answer: unknown): void {
  const { i } = Object(answer) as { readonly i?: string };
  if (i === undefined || Number.parseInt(i, 10) <= MAX_SCRAM_ROUNDS) return;
  throw new kafkajs.KafkaJSNonRetriableError(
    `The broker asks for ${Number.parseInt(i, 10)} rounds of SCRAM, and ${MAX_SCRAM_ROUNDS} is the limit`,
  );
}
