import { describe, expect, it } from 'vitest';
import { anEvent } from '../../../../test/support/events.js';
import { type CanonicalEvent } from '../../../events/event.js';
import { folderOf, objectNameOf, withoutDuplicates } from './keys.js';

const itemsOf = (...events: CanonicalEvent[]) =>
  events.map((event) => ({ event, json: JSON.stringify(event), attempt: 1 }));
const order = anEvent({ receivedAt: '2026-01-02T23:59:59.999Z', projectId: 'src_1' });

describe('folderOf', () => {
  it.each([
    ['', ''],
    ['events', 'events/'],
    ['events/', 'events/'],
    ['date={date}/hour={hour}', 'date=2026-01-02/hour=23/'],
    ['{year}/{month}/{day}/', '2026/01/02/'],
    ['a/source={source}/type={type}/', 'a/source=src_1/type=track/'],
    ['{type}-{type}', 'track-track/'],
  ])('fills %j in as %j', (prefix, folder) => {
    expect(folderOf(prefix, order)).toBe(folder);
  });

  it('uses UTC for every spelling of the time', () => {
    const event = anEvent({ receivedAt: '2026-01-01T00:30:00+02:00' });
    expect(folderOf('{date}/{hour}', event)).toBe('2025-12-31/22/');
  });

  it.each(['half past nine', '', undefined as unknown as string])('is undefined for %j', (receivedAt) => {
    expect(folderOf('events/', anEvent({ receivedAt }))).toBeUndefined();
  });

  it.each(['a/b', '../..', '.', '..', 'a b', 'ü', '\u0000', '', '{source}', 'x'.repeat(500), undefined, 5])(
    'makes one part of the source %j',
    (given) => {
      const folder = folderOf('{source}/z', anEvent({ projectId: given as string }));
      expect(folder).toMatch(/^(?!\.{1,2}\/)[A-Za-z0-9_.-]{1,100}\/z\/$/);
    },
  );

  it('has a year even where that is long ago or far away', () => {
    expect(folderOf('{year}/{date}', anEvent({ receivedAt: '+012026-01-02T00:00:00Z' }))).toBe(
      '_012026/_012026-01-02/',
    );
    expect(folderOf('{year}/{month}', anEvent({ receivedAt: '-000001-01-02T00:00:00Z' }))).toBe(
      '-000001/01/',
    );
  });
});

describe('objectNameOf', () => {
  const [a, b] = [anEvent({ messageId: 'a' }), anEvent({ messageId: 'b' })];

  it('is the same for the same events, whatever their order and number of attempt', () => {
    const name = objectNameOf(itemsOf(a, b), 'parquet');
    expect(name).toMatch(/^[0-9a-f]{32}\.parquet$/);
    const again = itemsOf(b, a).map((item) => ({ ...item, attempt: 7 }));
    expect(objectNameOf(again, 'parquet')).toBe(name);
  });

  it('is another for other events, also where only their source differs', () => {
    const others = [[a], [a, b], [{ ...a, projectId: 'src_2' }], [anEvent({ messageId: 'a","b' })]];
    const names = others.map((events) => objectNameOf(itemsOf(...events), 'x'));
    expect(new Set(names).size).toBe(others.length);
  });
});

describe('withoutDuplicates', () => {
  it('keeps the first of each id of a source', () => {
    const events = ['m', 'n', 'm'].map((messageId, n) => anEvent({ messageId, userId: `u${n}` }));
    const other = anEvent({ messageId: 'm', projectId: 'src_2' });
    expect(withoutDuplicates(itemsOf(...events, other)).map(({ event }) => event)).toEqual([
      events[0],
      events[1],
      other,
    ]);
  });
});
