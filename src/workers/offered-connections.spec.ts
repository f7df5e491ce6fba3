import { type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { expect, it, vi } from 'vitest';
import { closeOfferedAtEnd } from './offered-connections.js';

it('closes at the end of a worker what it was offered and has not taken', () => {
  const send = vi.fn((..._: unknown[]) => true);
  const child = Object.assign(new EventEmitter(), { send });
  closeOfferedAtEnd(child as unknown as ChildProcess);
  const connections = [1, 2, 3].map((seq) => {
    const connection = { close: vi.fn() };
    child.send({ act: 'newconn', seq }, connection);
    return connection;
  });
  child.send({ kind: 'report.wanted', id: 2 });
  expect(send).toHaveBeenCalledTimes(4);
  child.emit('internalMessage', { ack: 2, accepted: true });
  child.emit('internalMessage', { act: 'online' });
  child.emit('exit', null, 'SIGKILL');
  expect(connections.map(({ close }) => close.mock.calls.length)).toEqual([1, 0, 1]);
});
