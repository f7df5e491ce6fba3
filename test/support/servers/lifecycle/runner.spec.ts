import { describe, expect, it } from 'vitest';
import { type Runner, startServer } from './runner.js';
import { PortTakenError, retryTakenPort, startError } from './taken-port.js';

const TAKEN = 'FATAL: could not bind 127.0.0.1: Address already in use';

/** What a fake server does at its start. */
interface Behaviour {
  /** Printed during a start that fails. */
  readonly endsWith?: string;
  /** The starts that fail, from 1; every one unless given. */
  readonly endsAt?: readonly number[];
  readonly holdsItsPorts?: () => boolean;
}

class FakeRunner implements Runner {
  readonly name = 'Fake';
  starts = 0;
  isDisposed = false;

  constructor(readonly behaviour: Behaviour) {}

  start = () => Promise.resolve(void (this.starts += 1));
  kill = () => Promise.resolve();
  freeze = () => undefined;
  thaw = () => undefined;
  dispose = () => Promise.resolve(void (this.isDisposed = true));
  hasEnded = () => this.output() !== '' && (this.behaviour.endsAt?.includes(this.starts) ?? true);
  holdsItsPorts = () => this.behaviour.holdsItsPorts?.() ?? !this.hasEnded();
  output = () => this.behaviour.endsWith ?? '';
}

/** Starts a server that behaves differently each time it is prepared. */
function startFake(...behaviours: Behaviour[]) {
  const runners: FakeRunner[] = [];
  const server = startServer(() => {
    const runner = new FakeRunner(behaviours[runners.length] ?? behaviours.at(-1)!);
    runners.push(runner);
    const describe = () => ({ number: runners.length });
    return Promise.resolve({ runner, probe: () => Promise.resolve(), describe });
  });
  return { runners, server };
}

describe('a server that meets a taken port', () => {
  it('is removed and prepared again', async () => {
    const { runners, server } = startFake({ endsWith: TAKEN }, { endsWith: TAKEN }, {});
    expect((await server).number).toBe(3);
    expect(runners.map((runner) => runner.isDisposed)).toEqual([true, true, false]);
  });

  it('is given up after ten starts, with its last output', async () => {
    const { runners, server } = startFake({ endsWith: TAKEN });
    await expect(server).rejects.toThrow(
      /taken at each of 10 starts.*Fake ended[^]*could not bind 127\.0\.0\.1/,
    );
    expect(runners.map((runner) => runner.isDisposed)).toEqual(runners.map(() => true));
    expect(runners).toHaveLength(10);
  });

  it('keeps its data and ports when it is restarted', async () => {
    const { runners, server } = startFake({ endsWith: TAKEN, endsAt: [2, 3] });
    await (await server).restart();
    expect(runners.map((runner) => runner.starts)).toEqual([4]);
  });
});

describe('a server that fails for another reason', () => {
  it('is not started again', async () => {
    const { runners, server } = startFake({ endsWith: 'FATAL: unknown setting' }, {});
    await expect(server).rejects.toThrow(/^Fake ended during its start:\nFATAL: unknown setting$/);
    expect(runners.map((runner) => runner.isDisposed)).toEqual([true]);
  });
});

it('a server is not ready while another process answers on its port', async () => {
  let asked = 0;
  const { server } = startFake({ holdsItsPorts: () => (asked += 1) > 2 });
  await server;
  expect(asked).toBe(3);
});

describe('the error of a server that did not start', () => {
  it.each([
    [
      'Redis',
      'Warning: Could not create server TCP listening socket 127.0.0.1:1: bind: Address already in use',
    ],
    ['Java', 'Caused by: java.net.BindException: Address already in use'],
    ['S3Proxy', 'ERROR Failed to bind to /127.0.0.1:1'],
    ['Node', 'Error: listen EADDRINUSE: address already in use 127.0.0.1:1'],
    ['Docker', 'Bind for 127.0.0.1:1 failed: port is already allocated'],
  ])('names a taken port as %s reports it', (_, output) => {
    expect(startError('it ended', output)).toBeInstanceOf(PortTakenError);
  });

  it('shows the end of the output, and recognizes a report before that', () => {
    const error = startError('it ended', `${TAKEN}\n${'x'.repeat(10_000)}the end`);
    expect(error).toBeInstanceOf(PortTakenError);
    expect(error.message).toMatch(/^it ended:\nx+the end$/);
    expect(error.message.length).toBeLessThan(5_000);
  });

  it('is thrown as it is, unless it names a taken port', async () => {
    const error = startError('it ended', 'no space left on device');
    await expect(retryTakenPort(() => Promise.reject(error), 0)).rejects.toBe(error);
  });
});
