import { describe, expect, it } from 'vitest';
import { type ItemResult } from '../../contract/delivery-item.js';
import { outcomeOf } from './outcome.js';

const schedule = { baseMs: 1_000, maxMs: 60_000, windowMs: 600_000 };
const start = new Date('2026-11-21T12:00:00Z');
const after = (ms: number) => new Date(start.getTime() + ms);
const again = (afterMs?: number): ItemResult => ({
  kind: 'retry',
  reason: 'http_503',
  status: 503,
  ...(afterMs === undefined ? {} : { afterMs }),
});

describe('outcomeOf', () => {
  it.each<[string, ItemResult, object]>([
    ['success', { kind: 'ok' }, { kind: 'delivered' }],
    [
      'no use for the event',
      { kind: 'filtered', reason: 'consent' },
      { kind: 'filtered', reason: 'consent' },
    ],
    [
      'refusal',
      { kind: 'reject', reason: 'http_400', status: 400 },
      { kind: 'dead', reason: 'http_400', status: 400 },
    ],
    [
      'refusal with an answer',
      { kind: 'reject', reason: 'x', answer: 'bad: no', answerCode: 'bad' },
      { kind: 'dead', reason: 'x', answer: 'bad: no', answerCode: 'bad' },
    ],
    ['refusal without a status', { kind: 'reject', reason: 'x' }, { kind: 'dead', reason: 'x' }],
    ['credentials', { kind: 'auth', reason: 'http_401' }, { kind: 'held', reason: 'http_401', auth: true }],
  ])('%s', (_, result, outcome) => {
    expect(outcomeOf(result, 1, schedule, { now: start, random: () => 1 })).toEqual(outcome);
  });

  it.each([
    { attempt: 1, elapsed: 0, random: 1, delayMs: 1_000, why: 'the first delay' },
    { attempt: 4, elapsed: 0, random: 1, delayMs: 8_000, why: 'it doubles' },
    { attempt: 4, elapsed: 0, random: 0.25, delayMs: 2_000, why: 'full jitter' },
    { attempt: 1, elapsed: 0, random: 0, delayMs: 0, why: 'full jitter may be zero' },
    { attempt: 50, elapsed: 0, random: 1, delayMs: 60_000, why: 'it is bounded' },
    { attempt: 2_000, elapsed: 0, random: 1, delayMs: 60_000, why: 'it stays bounded at any attempt' },
    {
      attempt: 9,
      elapsed: 599_000,
      random: 1,
      delayMs: 1_000,
      why: 'the last attempt is at the end of the window',
    },
    { attempt: 1, elapsed: 0, random: 1, asked: 5_000, delayMs: 5_000, why: 'the receiver asked for more' },
    { attempt: 4, elapsed: 0, random: 1, asked: 5_000, delayMs: 8_000, why: 'the receiver asked for less' },
    { attempt: 1, elapsed: 0, random: 1, asked: 9e9, delayMs: 3_600_000, why: 'at most an hour' },
    { attempt: 1, elapsed: 0, random: 1, asked: -1, delayMs: 1_000, why: 'nothing negative' },
    { attempt: 9, elapsed: 599_000, random: 1, asked: 5_000, delayMs: 5_000, why: 'asked past the window' },
  ])('waits $delayMs ms: $why', ({ attempt, elapsed, random, asked, delayMs }) => {
    const moment = {
      now: after(elapsed),
      firstFailedAt: elapsed > 0 ? start : undefined,
      random: () => random,
    };
    const outcome = { kind: 'retry', delayMs, reason: 'http_503', status: 503 };
    expect(outcomeOf(again(asked), attempt, schedule, moment)).toEqual(outcome);
  });

  it.each([1, 4, 72])('retries for a whole window of %i hours, and no longer', (hours) => {
    const long = { baseMs: 1_000, maxMs: 600_000, windowMs: hours * 3_600_000 };
    let elapsed = 0;
    for (let attempt = 1; attempt < 10_000; attempt += 1) {
      const moment = { now: after(elapsed), firstFailedAt: start, random: () => 0.5 };
      const outcome = outcomeOf(again(), attempt, long, moment);
      if (outcome.kind !== 'retry') break;
      elapsed += outcome.delayMs;
    }
    expect(elapsed).toBe(long.windowMs);
  });

  describe('with listed delays', () => {
    const listed = { delaysSeconds: [0, 5, 86_400] };
    const dead = { kind: 'dead', reason: 'http_503', status: 503 };
    const decided = (attempt: number, random = 0, asked?: number, delaysSeconds = listed.delaysSeconds) =>
      outcomeOf(
        again(asked),
        attempt,
        { delaysSeconds },
        {
          now: after(30 * 86_400_000),
          firstFailedAt: start,
          random: () => random,
        },
      );

    it.each([
      { attempt: 1, random: 0.999, delayMs: 0, why: 'no jitter on zero' },
      { attempt: 2, random: 0, delayMs: 5_000, why: 'never earlier than listed' },
      { attempt: 2, random: 0.5, delayMs: 5_250, why: 'jitter delays only' },
      { attempt: 2, random: 1, delayMs: 5_500, why: 'at most a tenth' },
      { attempt: 3, random: 0, delayMs: 86_400_000, why: 'a day, and no window ends it' },
      { attempt: 1, random: 0, asked: 5_000, delayMs: 5_000, why: 'the receiver asked for more' },
      { attempt: 2, random: 0, asked: 1_000, delayMs: 5_000, why: 'the receiver asked for less' },
      { attempt: 2, random: 0, asked: 9e9, delayMs: 3_600_000, why: 'at most an hour' },
    ])('waits $delayMs ms after attempt $attempt: $why', ({ attempt, random, asked, delayMs }) => {
      const outcome = { kind: 'retry', delayMs, reason: 'http_503', status: 503 };
      expect(decided(attempt, random, asked)).toEqual(outcome);
    });

    it.each([
      { attempt: 4, delays: listed.delaysSeconds, why: 'the attempt after the last delay' },
      { attempt: 9, delays: listed.delaysSeconds, why: 'more attempts than a shortened list has' },
      { attempt: 1, delays: [], why: 'the first attempt, where the list is empty' },
    ])('gives up after $why, even with a Retry-After', ({ attempt, delays }) => {
      expect(decided(attempt, 0, 5_000, delays)).toEqual(dead);
    });
  });

  it('gives up when the window is over, with the last reason', () => {
    const moment = { now: after(600_000), firstFailedAt: start, random: () => 0 };
    expect(outcomeOf(again(5_000), 12, schedule, moment)).toEqual({
      kind: 'dead',
      reason: 'http_503',
      status: 503,
    });
  });
});
