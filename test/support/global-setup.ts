import { hasDockerEngine } from '../verify/docker-engine.mjs';
import { oneLine } from '../verify/explain.mjs';
import { provision } from '../verify/provision.mjs';
import { buildDeliveryProcesses } from './bulkhead/build.js';
import { composeUp, type Services } from './servers/compose.js';
import { startKafka } from './servers/kafka.js';
import { startPostgres } from './servers/postgres.js';
import { startRedis } from './servers/redis.js';

/** Kafka's own defaults: a broker that several specs load can send its heartbeats late. */
const NEVER_KILLED = { 'broker.session.timeout.ms': '9000', 'broker.heartbeat.interval.ms': '2000' };

/** Starts the server for each setting of the product. */
const SERVERS: Readonly<Record<string, () => Promise<{ address: string; stop(): Promise<void> }>>> = {
  DATABASE_URL: () => startPostgres().then((server) => ({ ...server, address: server.url })),
  REDIS_URL: () => startRedis().then((server) => ({ ...server, address: server.url })),
  KAFKA_BROKERS: () =>
    startKafka({ properties: NEVER_KILLED }).then((server) => ({ ...server, address: server.brokers })),
};

/**
 * Provides the servers that the integration and end-to-end tests share. Servers that the environment names are used; the
 * others are started here, and the workers inherit their addresses. Returns a function that stops what was started.
 */
export default async function startCommonServers({ name }: { name: string }): Promise<() => Promise<void>> {
  try {
    await buildDeliveryProcesses();
    return await provideServers({ tools: name === 'e2e' });
  } catch (error) {
    // For the summary of `npm run verify`: Vitest's reporters do not get this error.
    process.env['VERIFY_SETUP_FAILURE'] = oneLine(error);
    throw error;
  }
}

async function provideServers({ tools }: { tools: boolean }): Promise<() => Promise<void>> {
  const missing = Object.keys(SERVERS).filter((setting) => !process.env[setting]);
  if (tools || missing.length > 0)
    await provision({ tools, say: (line) => process.stderr.write(`${line}\n`) });
  const services = await start(missing);
  for (const setting of missing) process.env[setting] = services.settings[setting];
  return async () => {
    for (const setting of missing) Reflect.deleteProperty(process.env, setting);
    await services.stop();
  };
}

async function start(missing: readonly string[]): Promise<Services> {
  if (missing.length > 0 && hasDockerEngine()) return composeUp();
  const servers = await Promise.all(
    missing.map(async (setting) => [setting, await SERVERS[setting]!()] as const),
  );
  return {
    settings: Object.fromEntries(servers.map(([setting, { address }]) => [setting, address])),
    stop: async () => {
      await Promise.all(servers.map(([, server]) => server.stop()));
    },
  };
}
