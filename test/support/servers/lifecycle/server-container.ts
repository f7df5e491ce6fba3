import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { type Runner } from './runner.js';
import { startError } from './taken-port.js';
import { whenThisProcessEnds } from './watchdog.js';

interface Options {
  readonly name: string;
  readonly image: string;
  readonly port: { readonly host: number; readonly container: number };
  /** Further ports, with the same number inside and outside the container. */
  readonly morePorts?: readonly number[];
  readonly env?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
}

const docker = async (...args: string[]) => (await promisify(execFile)('docker', args)).stdout.trim();
const dockerSync = (...args: string[]) =>
  execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();

/** A server in a container, published on a loopback port. Its data live as long as the container. */
export class ServerContainer implements Runner {
  readonly name: string;
  private id = '';
  private cancelWatchdog = () => {};

  constructor(private readonly options: Options) {
    this.name = options.name;
  }

  async start(): Promise<void> {
    if (this.id === '') await this.create();
    await docker('start', this.id).catch((error: unknown) => {
      throw startError(`Docker did not start ${this.name}`, String(error));
    });
  }

  async kill(): Promise<void> {
    if (!this.hasEnded()) await docker('kill', '--signal', 'KILL', this.id);
  }

  freeze(): void {
    dockerSync('pause', this.id);
  }

  thaw(): void {
    dockerSync('unpause', this.id);
  }

  async dispose(): Promise<void> {
    if (this.id !== '') await docker('rm', '--force', '--volumes', this.id);
    this.cancelWatchdog();
  }

  hasEnded(): boolean {
    return dockerSync('inspect', '--format', '{{.State.Running}}', this.id) !== 'true';
  }

  /** Docker binds the published ports itself, and does not start a container that it cannot publish. */
  holdsItsPorts(): boolean {
    return !this.hasEnded();
  }

  output(): string {
    return dockerSync('logs', '--tail', '50', this.id);
  }

  private async create(): Promise<void> {
    const { image, port, morePorts = [], env = {}, command = [] } = this.options;
    const variables = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    const ports = [port, ...morePorts.map((same) => ({ host: same, container: same }))];
    const publish = ports.flatMap(({ host, container }) => ['--publish', `127.0.0.1:${host}:${container}`]);
    this.id = await docker('create', ...publish, ...variables, image, ...command);
    this.cancelWatchdog = whenThisProcessEnds('docker rm --force --volumes "$1"', this.id);
  }
}
