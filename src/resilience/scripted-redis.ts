import { Redis } from 'ioredis';

const CONNECT_MS = 1_000;
const LONGEST_RECONNECT_MS = 1_000;
/** After so long without an answer to a ping a connection is given up. */
const HUNG_MS = 300;

type Scripts = Readonly<Record<string, { readonly lua: string }>>;

/**
 * A client that fails at once while Redis is away, instead of keeping commands for later, with some scripts as methods of
 * their own. It connects when it is first checked, and from then on again by itself.
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
  // Whoever asks meanwhile is told, and says so once.
  client.on('error', () => undefined);
  return client;
}

/** Resolves when it answers. A connection on which nothing comes back is given up: the server may be reached by another. */
export async function checkRedis(client: Redis): Promise<void> {
  if (client.status === 'wait') return client.connect();
  const hung = setTimeout(() => client.disconnect(true), HUNG_MS);
  await client.ping().finally(() => clearTimeout(hung));
}
