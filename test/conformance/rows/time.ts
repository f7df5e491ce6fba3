import { OK } from '../answers.js';
import { after, before, many, NOW } from '../expectations.js';
import { type ExpectedEvent, type Row } from '../row.js';
import { ITEM, post, TRACK } from '../sends.js';

type Times = NonNullable<ExpectedEvent['times']>;

/** A track call with these times, and what becomes of them. */
const timed = (sent: object, times: Times) => ({
  send: post('/v1/track', { ...TRACK, ...sent }),
  answer: OK,
  event: { times },
});

/** A timestamp alone is the time of the event. */
const readAs = (timestamp: string, iso: string) =>
  timed({ timestamp }, { timestamp: iso, originalTimestamp: iso, sentAt: NOW });

/** A timestamp that is none: the event is accepted, and the server's clock counts. */
const ignored = (timestamp: unknown) =>
  timed({ timestamp }, { timestamp: NOW, originalTimestamp: NOW, sentAt: NOW });

const start = Date.now();
const inTwoHours = (ms: number): string => new Date(start + 7_200_000 + ms).toISOString();

/** WIRE 7.3: time. The server's clock is the real one, so what follows from it is said in relation to receivedAt. */
export const time: readonly Row[] = [
  {
    id: '7.3-104',
    title: "the three vectors of Segment's documents: 17, 1 and 0 ms before receivedAt",
    cases: [
      timed(
        { sentAt: '2015-12-12T19:11:01.169Z', timestamp: '2015-12-12T19:11:01.152Z' },
        {
          sentAt: '2015-12-12T19:11:01.169Z',
          originalTimestamp: '2015-12-12T19:11:01.152Z',
          timestamp: before(17),
        },
      ),
      timed(
        { sentAt: '2019-06-21T17:35:47.382Z', originalTimestamp: '2019-06-21T17:35:47.381Z' },
        { timestamp: before(1) },
      ),
      timed(
        { sentAt: '2019-06-21T16:33:26.060Z', originalTimestamp: '2019-06-21T16:33:26.060Z' },
        { timestamp: NOW },
      ),
    ],
  },
  {
    id: '7.3-105',
    title: 'a clock that is two hours fast is corrected, and the 5 s in the queue stay',
    ...timed({ sentAt: inTwoHours(5_000), timestamp: inTwoHours(0) }, { timestamp: before(5_000) }),
  },
  {
    id: '7.3-106',
    title: 'without any time all four are the time of arrival',
    ...timed({}, { timestamp: NOW, originalTimestamp: NOW, sentAt: NOW }),
  },
  {
    id: '7.3-107',
    title: 'a timestamp alone, as an import by curl has it, is taken as it is',
    ...readAs('2012-12-02T00:30:08.276Z', '2012-12-02T00:30:08.276Z'),
  },
  {
    id: '7.3-108',
    title: 'a sentAt alone, an hour off, does not shift the event',
    ...timed(
      { sentAt: '2026-01-02T03:04:05.000Z' },
      { timestamp: NOW, originalTimestamp: NOW, sentAt: '2026-01-02T03:04:05.000Z' },
    ),
  },
  {
    id: '7.3-109',
    title: "the unpadded date of Segment's own example is read",
    ...readAs('2015-2-02T00:30:08.276Z', '2015-02-02T00:30:08.276Z'),
  },
  {
    id: '7.3-110',
    title: 'what is no date counts as none and does not cost the event',
    cases: ['garbage', '', {}].map(ignored),
  },
  { id: '7.3-111', title: 'a number is no date', ...ignored(1_700_000_000_000) },
  {
    id: '7.3-112',
    title: 'an offset is turned into UTC',
    ...readAs('2024-01-01T10:00:00+05:30', '2024-01-01T04:30:00.000Z'),
  },
  {
    id: '7.3-113',
    title: 'a time without a zone is UTC, wherever the server stands: here New York',
    cases: [
      readAs('2024-01-01T10:00:00', '2024-01-01T10:00:00.000Z'),
      readAs('2024-07-01 10:00:00', '2024-07-01T10:00:00.000Z'),
      readAs('2024-07-01', '2024-07-01T00:00:00.000Z'),
    ],
  },
  {
    id: '7.3-114',
    title: 'fractions of a millisecond are cut off',
    cases: [
      readAs('2026-01-02T06:41:59.886994+00:00', '2026-01-02T06:41:59.886Z'),
      readAs('2026-01-02T06:41:59.886999999Z', '2026-01-02T06:41:59.886Z'),
    ],
  },
  {
    id: '7.3-115',
    title: 'a date in the future is kept',
    ...readAs('2099-01-01T00:00:00.000Z', '2099-01-01T00:00:00.000Z'),
  },
  {
    id: '7.3-116',
    title: 'years that no ISO date has, and leap seconds, fall back to the time of arrival',
    cases: ['+275760-09-13T00:00:00.001Z', '999999-01-01T00:00:00Z', '2016-12-31T23:59:60Z'].map(ignored),
  },
  {
    id: '7.3-117',
    title: 'of timestamp and originalTimestamp the former is the original',
    ...timed(
      { timestamp: '2024-01-01T00:00:00Z', originalTimestamp: '2020-01-01T00:00:00Z' },
      { originalTimestamp: '2024-01-01T00:00:00.000Z', timestamp: '2024-01-01T00:00:00.000Z' },
    ),
  },
  {
    id: '7.3-118',
    title: 'the items of a batch are received at one time, which the suite asks of every single request',
    send: post('/v1/batch', { batch: many(1_000, ITEM) }),
    answer: OK,
    events: many(1_000, { times: { timestamp: NOW } }),
  },
  {
    id: '7.3-119',
    title: 'a sentAt before the original makes a time in the future, which is kept',
    ...timed(
      { sentAt: '2026-01-02T03:04:00Z', timestamp: '2026-01-02T03:05:00Z' },
      { timestamp: after(60_000) },
    ),
  },
];
