import { Redis } from 'ioredis';

const CONNECT_MS = 1_000;
const LONGEST_RECONNECT_MS = 1_000;
/** A connection that has not answered a ping within this time is closed. */
const HUNG_MS = 300;

type Scripts = Readonly<Record<string, { readonly lua: string }>>;

/**
 * A client whose commands fail at once while Redis is away, instead of waiting in a queue. Each script is a method of its own.
 * The first `checkRedis` connects it; after that it reconnects by itself.
 */
export function scriptedRedis(url: string, scripts: Scripts): Redis {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(times * 50, LONGEST_RECONNECT_MS),
    scripts: { ...scripts },
  });
  // Without a listener the process would end. The command that fails is what reports the outage.
  client.on('error', () => undefined);
  return client;
}

/** Resolves when Redis answers. Closes a silent connection, because a new one may reach the server. */
export async function checkRedis(client: Redis): Promise<void> {
  if (client.status === 'wait') return client.connect();
  const hung = setTimeout(() => client.disconnect(true), HUNG_MS);
  await client.ping().finally(() => clearTimeout(hung));
}
