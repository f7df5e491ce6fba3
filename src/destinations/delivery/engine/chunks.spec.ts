import { describe, expect, it } from 'vitest';
import { anEvent } from '../../../../test/support/events.js';
import { DEFAULT_LIMITS, type HandlerLimits } from '../../contract/handler.js';
import { lanesOf } from './chunks.js';

const deliveries = (...users: string[]) =>
  users.map((userId, index) => {
    const event = anEvent({ userId });
    return { origin: `t/0/${index}`, item: { event, json: 'x'.repeat(10), attempt: 1 } };
  });
const placesOf = (users: string[], limits: Partial<HandlerLimits>) =>
  lanesOf(deliveries(...users), { ...DEFAULT_LIMITS, ...limits }).map((lane) =>
    lane.map((chunk) => chunk.map(({ index }) => index)),
  );

describe('lanesOf', () => {
  it.each<[string, string[], Partial<HandlerLimits>, number[][][]]>([
    ['nothing', [], {}, []],
    ['one item at a time', ['a', 'a'], { maxItems: 1 }, [[[0]], [[1]]]],
    ['by count', ['a', 'b', 'c'], { maxItems: 2 }, [[[0, 1]], [[2]]]],
    ['by bytes', ['a', 'b', 'c'], { maxItems: 9, maxBytes: 25 }, [[[0, 1]], [[2]]]],
    [
      'an item over the limit is a chunk of its own',
      ['a', 'b'],
      { maxItems: 9, maxBytes: 5 },
      [[[0]], [[1]]],
    ],
    ['a lane per user', ['a', 'b', 'a'], { maxItems: 1, ordering: 'per-user' }, [[[0], [2]], [[1]]]],
    [
      'many users in each lane of a type that takes many',
      ['a', 'b', 'c', 'a', 'd', 'b'],
      { maxItems: 2, ordering: 'per-user', concurrency: 2 },
      [
        [[0, 2], [3]],
        [[1, 4], [5]],
      ],
    ],
  ])('%s', (_, users, limits, places) => {
    expect(placesOf(users, limits)).toEqual(places);
  });
});
