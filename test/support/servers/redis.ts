import { hasDockerEngine, IMAGES } from '../../verify/docker-engine.mjs';
import { ask, loopbackPort } from './loopback-port.js';
import { provisionOnce } from './provision-once.js';
import { type OwnServer, type Runner, startUntil } from './runner.js';
import { ServerContainer } from './server-container.js';
import { ServerProcess } from './server-process.js';

export interface RedisServer extends OwnServer {
  /** As in REDIS_URL. */
  readonly url: string;
  /** Connections stay open, nothing answers. */
  freeze(): void;
  thaw(): void;
}

/** What Bull asks of a Redis: nothing evicted, and everything on disk. */
const SETTINGS = ['--appendonly', 'yes', '--maxmemory-policy', 'noeviction', '--save', ''];

/** A Redis of the caller's own, on a free loopback port. */
export async function startRedis(): Promise<RedisServer> {
  await provisionOnce();
  const port = await loopbackPort();
  const runner = hasDockerEngine() ? redisContainer(port) : redisProcess(port);
  const server = await startUntil(runner, () => pong(port));
  return {
    ...server,
    url: `redis://127.0.0.1:${port}`,
    freeze: () => runner.freeze(),
    thaw: () => runner.thaw(),
  };
}

function redisProcess(port: number): Runner {
  const place = ['--port', String(port), '--bind', '127.0.0.1'];
  return new ServerProcess({
    name: 'Redis',
    command: (directory) => ['redis-server', ...place, '--dir', directory, ...SETTINGS],
    farewell: 'SIGKILL',
  });
}

function redisContainer(port: number): Runner {
  return new ServerContainer({
    name: 'Redis',
    image: IMAGES.redis,
    port: { host: port, container: 6379 },
    command: ['redis-server', ...SETTINGS],
  });
}

/** While it reads its file after a restart it accepts connections and answers -LOADING. */
async function pong(port: number): Promise<void> {
  const answer = await ask(port, 'PING\r\n');
  if (!answer.startsWith('+PONG')) throw new Error(answer);
}
