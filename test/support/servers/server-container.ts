import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { type Runner } from './runner.js';
import { whenThisProcessDies } from './watchdog.js';

interface Options {
  readonly name: string;
  readonly image: string;
  readonly port: { readonly host: number; readonly container: number };
  /** Further ports, the same inside and outside. */
  readonly morePorts?: readonly number[];
  readonly env?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
}

const docker = async (...args: string[]) => (await promisify(execFile)('docker', args)).stdout.trim();
const dockerNow = (...args: string[]) =>
  execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();

/** A server as a container, published on a loopback port; its data live as long as the container. */
export class ServerContainer implements Runner {
  readonly name: string;
  private id = '';
  private callOffWatchdog = () => {};

  constructor(private readonly options: Options) {
    this.name = options.name;
  }

  async start(): Promise<void> {
    if (this.id === '') await this.create();
    await docker('start', this.id);
  }

  async kill(): Promise<void> {
    if (!this.hasEnded()) await docker('kill', '--signal', 'KILL', this.id);
  }

  freeze(): void {
    dockerNow('pause', this.id);
  }

  thaw(): void {
    dockerNow('unpause', this.id);
  }

  async dispose(): Promise<void> {
    if (this.id !== '') await docker('rm', '--force', '--volumes', this.id);
    this.callOffWatchdog();
  }

  hasEnded(): boolean {
    return dockerNow('inspect', '--format', '{{.State.Running}}', this.id) !== 'true';
  }

  output(): string {
    return dockerNow('logs', '--tail', '50', this.id);
  }

  private async create(): Promise<void> {
    const { image, port, morePorts = [], env = {}, command = [] } = this.options;
    const variables = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    const ports = [port, ...morePorts.map((one) => ({ host: one, container: one }))];
    const publish = ports.flatMap((one) => ['--publish', `127.0.0.1:${one.host}:${one.container}`]);
    this.id = await docker('create', ...publish, ...variables, image, ...command);
    this.callOffWatchdog = whenThisProcessDies('docker rm --force --volumes "$1"', this.id);
  }
}
