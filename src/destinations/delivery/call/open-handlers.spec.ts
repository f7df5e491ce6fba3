import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryError } from '../../contract/delivery-error.js';
import { type Handler } from '../../contract/handler.js';
import { AddressGuard } from '../../outgoing/address-guard.js';
import { GuardedNetwork } from '../../outgoing/guarded-network.js';
import { OpenHandlers } from './open-handlers.js';

let handlers: OpenHandlers;
let openings: string[];
let closings: string[];

const handler: Handler = {
  type: 'test',
  title: 'Test',
  settings: Object,
  open: ({ settings }) => {
    const { name } = settings as { name: string };
    openings.push(name);
    return { name, close: () => void closings.push(name) };
  },
  deliver: () => Promise.resolve([]),
};
const settings = { name: 'first' };
const never = new AbortController().signal;
const use = (
  given: object = settings,
  run: (opened: unknown) => Promise<unknown> = () => Promise.resolve(),
) => handlers.use({ id: 'dst_1', handler, settings: given }, never, run);
const throws = (error: Error) => () => Promise.reject(error);

beforeEach(() => {
  handlers = new OpenHandlers(new GuardedNetwork(new AddressGuard([])));
  openings = [];
  closings = [];
});

afterEach(() => handlers.onApplicationShutdown());

describe('what handlers keep open', () => {
  it('is opened once for many batches, concurrent ones included', async () => {
    await Promise.all([use(), use()]);
    await use();
    expect(openings).toEqual(['first']);
    expect(closings).toEqual([]);
  });

  it('is replaced when the settings change, and closed after its last call', async () => {
    let finish: (value?: unknown) => void = () => undefined;
    const slow = use(settings, () => new Promise((resolve) => (finish = resolve)));
    await use({ name: 'second' });
    expect(openings).toEqual(['first', 'second']);
    expect(closings).toEqual([]);
    finish();
    await slow;
    await handlers.onApplicationShutdown();
    expect(closings).toEqual(['first', 'second']);
  });

  it('is replaced after a failure, but not after a refusal of items', async () => {
    await expect(use(settings, throws(new Error('connection lost')))).rejects.toThrow('connection lost');
    await use();
    expect(openings).toEqual(['first', 'first']);
    const refused = new DeliveryError({ kind: 'reject', reason: 'bad row' });
    await expect(use(settings, throws(refused))).rejects.toThrow('bad row');
    await use();
    expect(openings).toEqual(['first', 'first']);
  });

  it('is closed at shutdown', async () => {
    await use();
    await handlers.onApplicationShutdown();
    expect(closings).toEqual(['first']);
  });

  it('is aborted with the call that waits for it, and the next call opens another', async () => {
    const signals: AbortSignal[] = [];
    let finish: () => void = () => undefined;
    const hangs = new Promise<void>((resolve) => (finish = resolve));
    const slow: Handler = {
      ...handler,
      open: ({ signal }) => (signals.push(signal) === 1 ? hangs : undefined),
    };
    const used = (signal: AbortSignal) =>
      handlers.use({ id: 'dst_1', handler: slow, settings }, signal, () => Promise.resolve('used'));
    const limit = new AbortController();
    const waiting = used(limit.signal);
    limit.abort(new Error('timed out'));
    await expect(waiting).rejects.toThrow('timed out');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(await used(never)).toBe('used');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    finish();
  });

  it('is closed even if it opens after the abort', async () => {
    let finish: (value: unknown) => void = () => undefined;
    const late: Handler = { ...handler, open: () => new Promise((resolve) => (finish = resolve)) };
    const limit = new AbortController();
    const waiting = handlers.use({ id: 'dst_1', handler: late, settings }, limit.signal, () =>
      Promise.resolve(),
    );
    await Promise.resolve();
    limit.abort(new Error('timed out'));
    await expect(waiting).rejects.toThrow('timed out');
    finish({ close: () => void closings.push('late') });
    await handlers.onApplicationShutdown();
    expect(closings).toEqual(['late']);
  });

  it('has a signal that concerns its opening only', async () => {
    let given: AbortSignal | undefined;
    const keeps: Handler = {
      ...handler,
      open: ({ signal }) => {
        given = signal;
        return { close: () => undefined };
      },
    };
    await handlers.use({ id: 'dst_1', handler: keeps, settings }, never, () => Promise.resolve());
    await handlers.onApplicationShutdown();
    expect(given?.aborted).toBe(false);
  });

  it('is optional', async () => {
    const without: Handler = {
      type: 'test',
      title: 'Test',
      settings: Object,
      deliver: () => Promise.resolve([]),
    };
    await expect(
      handlers.use({ id: 'dst_1', handler: without, settings }, never, (opened) => Promise.resolve(opened)),
    ).resolves.toBeUndefined();
  });
});
