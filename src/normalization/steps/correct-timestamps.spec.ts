import { describe, expect, it } from 'vitest';
import { eventOf, RECEIVED_AT } from '../../../test/support/a-call.js';

const timesOf = (fields: object, at = RECEIVED_AT) => {
  const { originalTimestamp, sentAt, receivedAt, timestamp } = eventOf(
    { userId: 'u', event: 'e', ...fields },
    { at },
  );
  return { originalTimestamp, sentAt, receivedAt, timestamp };
};

describe('the four times', () => {
  it.each([
    [
      '2015-12-12T19:11:01.266Z',
      '2015-12-12T19:11:01.169Z',
      '2015-12-12T19:11:01.152Z',
      '2015-12-12T19:11:01.249Z',
    ],
    [
      '2019-06-21T17:35:47.405Z',
      '2019-06-21T17:35:47.382Z',
      '2019-06-21T17:35:47.381Z',
      '2019-06-21T17:35:47.404Z',
    ],
    [
      '2019-06-21T16:33:26.158Z',
      '2019-06-21T16:33:26.060Z',
      '2019-06-21T16:33:26.060Z',
      '2019-06-21T16:33:26.158Z',
    ],
    [
      '2026-01-02T03:04:05.500Z',
      '2026-01-02T05:04:05.000Z',
      '2026-01-02T05:04:00.000Z',
      '2026-01-02T03:04:00.500Z',
    ],
    [
      '2026-01-02T03:04:05.500Z',
      '2026-01-02T03:04:05.000Z',
      '2012-12-02T00:30:08.276Z',
      '2012-12-02T00:30:08.776Z',
    ],
    [
      '2026-01-02T03:04:05.500Z',
      '2026-01-02T03:04:00.000Z',
      '2026-01-02T03:05:00.000Z',
      '2026-01-02T03:05:05.500Z',
    ],
  ])('received %s, sent %s, original %s: %s', (at, sentAt, original, timestamp) => {
    expect(timesOf({ sentAt, timestamp: original }, at)).toEqual({
      originalTimestamp: original,
      sentAt,
      receivedAt: at,
      timestamp,
    });
  });

  it('are all the time of arrival when nothing is said', () => {
    expect(new Set(Object.values(timesOf({})))).toEqual(new Set([RECEIVED_AT]));
  });

  it('keep an imported time when there is no sentAt', () => {
    expect(timesOf({ timestamp: '2012-12-02T01:30:08.276+01:00' })).toEqual({
      originalTimestamp: '2012-12-02T00:30:08.276Z',
      sentAt: RECEIVED_AT,
      receivedAt: RECEIVED_AT,
      timestamp: '2012-12-02T00:30:08.276Z',
    });
  });

  it('do not count a skew twice when only sentAt is there', () => {
    expect(timesOf({ sentAt: '2026-01-02T04:04:05.500Z' })).toMatchObject({
      originalTimestamp: RECEIVED_AT,
      timestamp: RECEIVED_AT,
      sentAt: '2026-01-02T04:04:05.500Z',
    });
  });

  it('take timestamp before originalTimestamp', () => {
    expect(
      timesOf({ timestamp: '2020-01-01T00:00:00Z', originalTimestamp: '2021-01-01T00:00:00Z' }),
    ).toMatchObject({ originalTimestamp: '2020-01-01T00:00:00.000Z' });
    expect(timesOf({ timestamp: 'x', originalTimestamp: '2021-01-01T00:00:00Z' })).toMatchObject({
      timestamp: '2021-01-01T00:00:00.000Z',
    });
  });

  it.each([['garbage'], [''], [{}], [1700000000000], ['2016-12-31T23:59:60Z'], ['+275760-09-13T00:00:00Z']])(
    'take %o for missing',
    (timestamp) => {
      expect(timesOf({ timestamp, sentAt: timestamp })).toEqual(timesOf({}));
    },
  );

  it('keep the future and leave what no four digits can say', () => {
    expect(timesOf({ timestamp: '2099-01-01T00:00:00Z' }).timestamp).toBe('2099-01-01T00:00:00.000Z');
    expect(timesOf({ timestamp: '9999-12-31T00:00:00Z', sentAt: '2000-01-01T00:00:00Z' }).timestamp).toBe(
      RECEIVED_AT,
    );
  });

  it('ignore a receivedAt of the client', () => {
    expect(timesOf({ receivedAt: '2000-01-01T00:00:00Z' }).receivedAt).toBe(RECEIVED_AT);
  });
});
