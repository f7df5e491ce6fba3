import { hasDockerEngine, IMAGES } from '../../verify/docker-engine.mjs';
import { type OwnServer, type Runner, startServer } from './lifecycle/runner.js';
import { ServerContainer } from './lifecycle/server-container.js';
import { ServerProcess } from './lifecycle/server-process.js';
import { exchange, loopbackPort } from './loopback-port.js';
import { provisionOnce } from './provision-once.js';

export interface RedisServer extends OwnServer {
  /** In the format of REDIS_URL. */
  readonly url: string;
  /** Connections stay open, but the server answers nothing. */
  freeze(): void;
  thaw(): void;
}

/** What Bull needs: no eviction, and every write on disk. */
const SETTINGS = ['--appendonly', 'yes', '--maxmemory-policy', 'noeviction', '--save', ''];

/** Starts a Redis that belongs to the caller, on a loopback port. */
export async function startRedis(): Promise<RedisServer> {
  await provisionOnce();
  return startServer(async () => {
    const port = await loopbackPort();
    const runner = hasDockerEngine() ? redisContainer(port) : redisProcess(port);
    const describe = () => ({
      url: `redis://127.0.0.1:${port}`,
      freeze: () => runner.freeze(),
      thaw: () => runner.thaw(),
    });
    return { runner, probe: () => ping(port), describe };
  });
}

function redisProcess(port: number): Runner {
  const address = ['--port', String(port), '--bind', '127.0.0.1'];
  return new ServerProcess({
    name: 'Redis',
    ports: [port],
    command: (directory) => ['redis-server', ...address, '--dir', directory, ...SETTINGS],
    stopSignal: 'SIGKILL',
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

/** A restarted Redis accepts connections while it still reads its file, and answers -LOADING. */
async function ping(port: number): Promise<void> {
  const answer = await exchange(port, 'PING\r\n');
  if (!answer.startsWith('+PONG')) throw new Error(answer);
}
