import { EventEmitter } from 'node:events';
import { type Consumer } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { type LogUnavailable } from '../../append-errors.js';
import { AssignmentWatch } from './assignment-watch.js';

function setUp(timeoutMs: number) {
  const emitter = Object.assign(new EventEmitter(), {
    events: { REBALANCING: 'rebalancing', GROUP_JOIN: 'join' },
  });
  const errors: LogUnavailable[] = [];
  const consumer = emitter as unknown as Consumer;
  const watch = new AssignmentWatch(consumer, 'group', (error) => errors.push(error), timeoutMs);
  return { watch, emitter, errors };
}

describe('AssignmentWatch', () => {
  it('reports a consumer that never joins', async () => {
    const { errors } = setUp(5);
    await expect
      .poll(() => errors.map(({ message }) => message))
      .toEqual(['The group group gives no assignment.']);
  });

  it('reports a consumer that does not join again after a rebalance', async () => {
    const { emitter, errors } = setUp(20);
    emitter.emit('join');
    emitter.emit('rebalancing');
    await expect.poll(() => errors).toHaveLength(1);
  });

  it('reports neither a consumer that has joined, nor one after the stop', async () => {
    const joined = setUp(10);
    joined.emitter.emit('join');
    const stopped = setUp(10);
    stopped.watch.stop();
    const fence = setUp(40);
    await expect.poll(() => fence.errors).toHaveLength(1);
    expect([joined.errors, stopped.errors]).toEqual([[], []]);
  });
});
