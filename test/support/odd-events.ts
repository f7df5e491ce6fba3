import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { type CanonicalEvent, type EventType } from '../../src/events/event.js';
import { eventOf } from './a-call.js';

/** What stores are known to refuse or to change: NUL, halves of pairs, escapes, quotes, noncharacters, marks, other controls. */
const UNITS = [
  ...[
    'a',
    'Z',
    '0',
    ' ',
    'é',
    '€',
    '漢',
    '😀',
    '\0',
    '\ud800',
    '\udbff',
    '\udc00',
    '\udfff',
    '\ufffd',
    '\uffff',
  ],
  ...[
    '\ufeff',
    '\u2028',
    '\u202e',
    '\x01',
    '\x1a',
    '\x1f',
    '\x7f',
    '\x85',
    '\n',
    '\r',
    '\t',
    '\\',
    '\\u0000',
    '\\N',
  ],
  ...['"', "'", '`', '$1', '%00', '{', '}', ',', ':', ';', '/', '..', '*', '__proto__'],
];
const TIMES = [
  ...[
    '0000-01-01T00:00:00.000Z',
    '0000-12-31T23:59:59.999Z',
    '0001-01-01T00:00:00.000Z',
    '0099-06-15T12:00:00Z',
  ],
  ...['1582-10-10T00:00:00Z', '1677-09-21T00:12:43Z', '1899-12-31T23:59:59.999Z', '1900-01-01T00:00:00Z'],
  ...['1969-12-31T23:59:59.999Z', '2038-01-19T03:14:08Z', '2106-02-07T06:28:16Z', '2262-04-11T23:47:17Z'],
  ...[
    '2299-12-31T23:59:59.999Z',
    '2300-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
    '10000-01-01T00:00:00Z',
  ],
  ...['-0001-01-01T00:00:00Z', '+010000-01-01T00:00:00Z', '2026-02-30', 'half past nine', '', 5, null, {}],
];
const NUMBERS = [
  ...[0, -0, 0.1, -273.15, 5e-324, 1e-7, 2.5e-300, 1.7976931348623157e308, Infinity, -Infinity],
  ...[
    Number.MAX_SAFE_INTEGER,
    -(2 ** 63),
    18_446_744_073_709_551_615n,
    -(10n ** 38n),
    10n ** 999n,
    -(10n ** 400n),
  ],
];

const text = fc.array(fc.constantFrom(...UNITS), { maxLength: 12 }).map((units) => units.join(''));
const long = fc.constantFrom(...UNITS).map((unit) => unit.repeat(3_000 / unit.length));
const anyText = fc.oneof({ weight: 9, arbitrary: text }, { weight: 1, arbitrary: long });
const id = fc.oneof(
  text,
  fc.constantFrom('漢'.repeat(341), '\0'.repeat(1_024), 'x'.repeat(1_024), 7, 10n ** 30n),
);

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'odd' },
    anyText,
    fc.constantFrom<unknown>(...NUMBERS, null, true, false),
    fc.array(tie('value'), { maxLength: 3, depthIdentifier: 'odd' }),
    fc.dictionary(text, tie('value'), { maxKeys: 3, depthIdentifier: 'odd' }),
  ),
}));
const object = fc.oneof(
  fc.dictionary(anyText, value, { maxKeys: 4 }),
  fc.integer({ min: 1, max: 190 }).map((depth) => deep(depth)),
);

function deep(levels: number): Record<string, unknown> {
  let inner: Record<string, unknown> = {};
  for (let level = 0; level < levels; level += 1) inner = { d: inner };
  return inner;
}

const TYPES: readonly EventType[] = ['track', 'track', 'track', 'identify', 'page', 'screen', 'group'];

const message = fc.record(
  {
    ...{ type: fc.constantFrom(...TYPES), userId: id, anonymousId: id, groupId: id, previousId: id },
    ...{
      event: anyText,
      name: anyText,
      category: anyText,
      properties: object,
      traits: object,
      context: object,
    },
    ...{ timestamp: fc.constantFrom(...TIMES), sentAt: fc.constantFrom(...TIMES), own: value },
    originalTimestamp: fc.constantFrom(...TIMES),
  },
  { requiredKeys: ['type'] },
);

/** Fields without which a message is rejected; a drawn one that is rejected alike falls back to them. */
const PLAIN = { userId: 'u1', event: 'Plain', name: 'Plain', groupId: 'g1' };

/**
 * Events as normalization makes them of odd messages: everything it lets through, with message ids of their own. Drawn messages
 * that it rejects become plain ones, so that no draw is lost.
 */
export const oddEvents: fc.Arbitrary<CanonicalEvent[]> = fc
  .array(message, { minLength: 1, maxLength: 15 })
  .map((messages) => messages.map(normalised));

function normalised({ type, ...fields }: Record<string, unknown>): CanonicalEvent {
  const messageId = `é€😀"\\'${randomUUID()}`;
  for (const body of [fields, { ...PLAIN, ...fields }, { ...fields, ...PLAIN }]) {
    try {
      return eventOf({ ...body, messageId }, { type: type as EventType });
    } catch {
      // Rejected: the next body has fewer odd fields.
    }
  }
  return eventOf({ ...PLAIN, messageId });
}
