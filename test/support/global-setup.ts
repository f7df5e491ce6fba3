import { hasDockerEngine } from '../verify/docker-engine.mjs';
import { provision } from '../verify/provision.mjs';
import { composeUp, type Services } from './servers/compose.js';
import { startKafka } from './servers/kafka.js';
import { startPostgres } from './servers/postgres.js';
import { startRedis } from './servers/redis.js';

/** Kafka's own defaults: a broker that several specs keep busy is soon late with its heartbeat. */
const NEVER_KILLED = { 'broker.session.timeout.ms': '9000', 'broker.heartbeat.interval.ms': '2000' };

/** How each setting of the product is met by a server of ours. */
const SERVERS: Readonly<Record<string, () => Promise<{ address: string; stop(): Promise<void> }>>> = {
  DATABASE_URL: () => startPostgres().then((server) => ({ ...server, address: server.url })),
  REDIS_URL: () => startRedis().then((server) => ({ ...server, address: server.url })),
  KAFKA_BROKERS: () =>
    startKafka({ properties: NEVER_KILLED }).then((server) => ({ ...server, address: server.brokers })),
};

/**
 * Gives the integration and end-to-end tests their common servers: those named in the environment, and the others started
 * here. The workers inherit the environment that this leaves behind. Returns what stops them again.
 */
export default async function startCommonServers({ name }: { name: string }): Promise<() => Promise<void>> {
  const wanted = Object.keys(SERVERS).filter((setting) => !process.env[setting]);
  const tools = name === 'e2e';
  if (tools || wanted.length > 0)
    await provision({ tools, say: (line) => process.stderr.write(`${line}\n`) });
  const services = await start(wanted);
  for (const setting of wanted) process.env[setting] = services.settings[setting];
  return async () => {
    for (const setting of wanted) Reflect.deleteProperty(process.env, setting);
    await services.stop();
  };
}

async function start(wanted: readonly string[]): Promise<Services> {
  if (wanted.length > 0 && hasDockerEngine()) return composeUp();
  const servers = await Promise.all(
    wanted.map(async (setting) => [setting, await SERVERS[setting]!()] as const),
  );
  return {
    settings: Object.fromEntries(servers.map(([setting, { address }]) => [setting, address])),
    stop: async () => {
      await Promise.all(servers.map(([, server]) => server.stop()));
    },
  };
}
