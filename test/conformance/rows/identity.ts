import { OK, refused } from '../answers.js';
import { many, UUID } from '../expectations.js';
import { type Row } from '../row.js';
import { basic, ITEM, OTHER_KEY, post, raw, TRACK } from '../sends.js';

const INVISIBLE = ' \u0000\u00A0\t\n\r\u034F ';

/** A single call that is refused with this reason, and told where. */
const refusedAt = (type: string, message: object, code: string, pointer: string) => ({
  send: post(`/v1/${type}`, message),
  answer: refused(400, code),
  rejected: [{ code, pointer }],
});

const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

/** WIRE 7.2: identity, validation, coercion. */
export const identity: readonly Row[] = [
  {
    id: '7.2-64',
    title: 'a single call with neither id is refused',
    ...refusedAt('track', { event: 'E' }, 'no_user_anon_id', '/userId'),
  },
  {
    id: '7.2-65',
    title: 'a numeric userId becomes text',
    send: post('/v1/track', { userId: 42, event: 'E' }),
    answer: OK,
    event: { userId: '42' },
  },
  {
    id: '7.2-66',
    title: 'the userId 0 is an id',
    send: post('/v1/track', { userId: 0, event: 'E' }),
    answer: OK,
    event: { userId: '0' },
  },
  {
    id: '7.2-67',
    title: 'an id that nobody can see is none',
    cases: ['', '   ', '\u200B\u200D\uFEFF'].map((userId) =>
      refusedAt('track', { userId, event: 'E' }, 'no_user_anon_id', '/userId'),
    ),
  },
  {
    id: '7.2-68',
    title: 'a userId of null is absent',
    send: post('/v1/track', { userId: null, anonymousId: 'a', event: 'E' }),
    answer: OK,
    event: { anonymousId: 'a', absent: ['userId'] },
  },
  {
    id: '7.2-69',
    title: 'a userId that is an object is refused, and costs only its item',
    cases: [
      refusedAt('track', { userId: { id: 1 }, event: 'E' }, 'id_not_string', '/userId'),
      {
        send: post('/v1/batch', { batch: [{ ...ITEM, userId: { id: 1 } }, ITEM] }),
        answer: OK,
        event: TRACK,
        rejected: [{ code: 'id_not_string', pointer: '/userId', index: 0 }],
      },
    ],
  },
  {
    id: '7.2-70',
    title: 'a userId of true is refused',
    ...refusedAt('track', { userId: true, event: 'E' }, 'id_not_string', '/userId'),
  },
  {
    id: '7.2-71',
    title:
      'a numeric userId beyond 2^53 keeps its digits: WIRE 6.4 item 9 stands in for the loss that 3.2 documents',
    send: raw('/v1/track', '{"userId":12345678901234567890,"event":"E"}'),
    answer: OK,
    event: { userId: '12345678901234567890' },
  },
  {
    id: '7.2-72',
    title: 'a valid userId does not excuse an anonymousId that is none',
    ...refusedAt('track', { userId: 'u', anonymousId: {}, event: 'E' }, 'id_not_string', '/anonymousId'),
  },
  {
    id: '7.2-73',
    title: 'group needs a groupId',
    ...refusedAt('group', { userId: 'u' }, 'group_id_required', '/groupId'),
  },
  {
    id: '7.2-74',
    title: 'group needs a user too, unless that is waived (8.8)',
    cases: [
      refusedAt('group', { groupId: 'g' }, 'no_user_anon_id', '/userId'),
      {
        settings: { ALLOW_GROUP_WITHOUT_USER: 'true' },
        send: post('/v1/group', { groupId: 'g' }),
        answer: OK,
        event: { type: 'group', groupId: 'g', absent: ['userId', 'anonymousId'] },
      },
    ],
  },
  {
    id: '7.2-75',
    title: 'a numeric groupId becomes text',
    send: post('/v1/group', { userId: 'u', groupId: 7 }),
    answer: OK,
    event: { groupId: '7' },
  },
  {
    id: '7.2-76',
    title: 'alias needs both its ids',
    cases: [
      refusedAt('alias', { userId: 'u' }, 'previous_id_required', '/previousId'),
      refusedAt('alias', { previousId: 'p' }, 'user_id_required', '/userId'),
    ],
  },
  {
    id: '7.2-77',
    title: 'alias needs no anonymousId',
    send: post('/v1/alias', { userId: 'u', previousId: 'p' }),
    answer: OK,
    event: { type: 'alias', userId: 'u', previousId: 'p', absent: ['anonymousId'] },
  },
  {
    id: '7.2-78',
    title: 'track needs an event: missing, empty and null are none',
    cases: [{}, { event: '' }, { event: null }].map((message) =>
      refusedAt('track', { userId: 'u', ...message }, 'event_not_defined', '/event'),
    ),
  },
  {
    id: '7.2-79',
    title: 'the event of a track is a string',
    ...refusedAt('track', { userId: 'u', event: 5 }, 'event_not_string', '/event'),
  },
  {
    id: '7.2-80',
    title: 'an event of blanks is taken as it was sent',
    send: post('/v1/track', { userId: 'u', event: '   ' }),
    answer: OK,
    event: { event: '   ' },
  },
  {
    id: '7.2-81',
    title: 'properties are an object',
    cases: [[], 'x'].map((properties) =>
      refusedAt('track', { ...TRACK, properties }, 'properties_not_object', '/properties'),
    ),
  },
  {
    id: '7.2-82',
    title: 'properties of null are none',
    send: post('/v1/track', { ...TRACK, properties: null }),
    answer: OK,
    event: { properties: {} },
  },
  {
    id: '7.2-83',
    title: 'traits are an object',
    ...refusedAt('identify', { userId: 'u', traits: 5 }, 'traits_not_object', '/traits'),
  },
  {
    id: '7.2-84',
    title: 'the name of a page is not empty',
    ...refusedAt('page', { userId: 'u', name: '' }, 'name_not_string', '/name'),
  },
  {
    id: '7.2-85',
    title: 'name and category of null are absent',
    send: post('/v1/page', { userId: 'u', name: null, category: null }),
    answer: OK,
    event: { type: 'page', absent: ['name', 'category'] },
  },
  {
    id: '7.2-86',
    title: 'a context that is no object is dropped, and the event stays',
    cases: [
      { send: post('/v1/track', { ...TRACK, context: 'x' }), answer: OK, event: { context: {} } },
      {
        send: post('/v1/t', { ...TRACK, context: 'x' }),
        answer: OK,
        event: { context: { ip: '127.0.0.1' } },
      },
    ],
  },
  {
    id: '7.2-87',
    title: 'without a messageId each message gets one',
    send: post('/v1/batch', { batch: many(3, ITEM) }),
    answer: OK,
    events: many(3, { messageId: UUID }),
  },
  {
    id: '7.2-88',
    title: 'a messageId has at most 100 characters',
    cases: [
      {
        send: post('/v1/track', { ...TRACK, messageId: 'm'.repeat(100) }),
        answer: OK,
        event: { messageId: 'm'.repeat(100) },
      },
      refusedAt('track', { ...TRACK, messageId: 'm'.repeat(101) }, 'message_id_too_long', '/messageId'),
    ],
  },
  {
    id: '7.2-89',
    title: 'a messageId that is no text, or that nobody can see, is replaced',
    cases: [5, {}, ' '].map((messageId) => ({
      send: post('/v1/track', { ...TRACK, messageId }),
      answer: OK,
      event: { messageId: UUID },
    })),
  },
  {
    id: '7.2-90',
    title: 'invisible characters are taken out of a messageId',
    cases: [
      { send: post('/v1/track', { ...TRACK, messageId: INVISIBLE }), answer: OK, event: { messageId: UUID } },
      {
        send: post('/v1/track', { ...TRACK, messageId: '\u0000 -a-random-string \u00A0\t\n\r\u034F' }),
        answer: OK,
        event: { messageId: '-a-random-string' },
      },
    ],
  },
  {
    id: '7.2-91',
    title: 'the same messageId again is answered alike and published once',
    send: [
      post('/v1/track', { ...TRACK, messageId: '7.2-91', properties: { sent: 1 } }),
      post('/v1/track', { ...TRACK, messageId: '7.2-91', properties: { sent: 2 } }),
      post('/v1/batch', { batch: [{ ...ITEM, messageId: '7.2-91', properties: { sent: 3 } }] }),
    ],
    answer: OK,
    event: { messageId: '7.2-91', properties: { sent: 1 } },
  },
  {
    id: '7.2-92',
    title: 'the same messageId from two sources is two messages',
    send: [
      post('/v1/track', { ...TRACK, messageId: '7.2-92' }),
      post('/v1/track', { ...TRACK, messageId: '7.2-92' }, { Authorization: basic(`${OTHER_KEY}:`) }),
    ],
    answer: OK,
    events: [{ messageId: '7.2-92' }, { messageId: '7.2-92', projectId: 'other' }],
  },
  {
    id: '7.2-93',
    title: 'a duplicate within one batch is published once',
    send: post('/v1/batch', {
      batch: [
        { ...ITEM, messageId: '7.2-93', properties: { sent: 1 } },
        { ...ITEM, messageId: '7.2-93', properties: { sent: 2 } },
        { ...ITEM, messageId: '7.2-93-other' },
      ],
    }),
    answer: OK,
    events: [{ messageId: '7.2-93', properties: { sent: 1 } }, { messageId: '7.2-93-other' }],
  },
  {
    id: '7.2-94',
    title: 'what only the server knows is written over',
    send: post('/v1/track', { ...TRACK, receivedAt: '2001-01-01T00:00:00Z', projectId: 'mine', version: 1 }),
    answer: OK,
    event: { projectId: 'main', version: 2 },
  },
  {
    id: '7.2-95',
    title: 'rudderId and request_ip are stripped',
    send: post('/v1/track', { ...TRACK, rudderId: 'r', request_ip: '192.0.2.1' }),
    answer: OK,
    event: { absent: ['rudderId', 'request_ip'] },
  },
  {
    id: '7.2-96',
    title: 'fields that nobody defines pass through',
    send: post('/v1/track', { ...TRACK, email: 'jane@example.com', own: { deep: [1, null, { a: 1.5 }] } }),
    answer: OK,
    event: { email: 'jane@example.com', own: { deep: [1, null, { a: 1.5 }] } },
  },
  {
    id: '7.2-97',
    title: 'a write key is not stored, wherever it was',
    send: post('/v1/batch', {
      writeKey: OTHER_KEY,
      batch: [{ ...ITEM, writeKey: OTHER_KEY }, { writeKey: OTHER_KEY }],
    }),
    answer: OK,
    event: { absent: ['writeKey'] },
    rejected: ['invalid_type'],
  },
  {
    id: '7.2-98',
    title: 'the path says the type of a single call',
    send: post('/v1/track', { ...TRACK, type: 'identify' }),
    answer: OK,
    event: { type: 'track' },
  },
  {
    id: '7.2-99',
    title: 'NUL and lone surrogates are accepted and stay escaped, so that no database meets them',
    send: raw('/v1/track', '{"userId":"u","event":"E","properties":{"nul":"a\\u0000b","half":"a\\ud800b"}}'),
    answer: OK,
    event: { text: '"properties":{"nul":"a\\u0000b","half":"a\\ud800b"}' },
  },
  {
    id: '7.2-100',
    title: '__proto__ in properties pollutes nothing and stays an ordinary key',
    send: raw('/v1/track', '{"userId":"u","event":"E","properties":{"__proto__":{"x":1},"y":2}}'),
    answer: OK,
    event: { text: '"properties":{"__proto__":{"x":1},"y":2}' },
  },
  {
    id: '7.2-101',
    title: '10,000 levels of nesting are refused',
    cases: [
      {
        send: raw('/v1/track', `{"userId":"u","event":"E","properties":{"a":${nested(10_000)}}}`),
        answer: refused(400, 'nesting_too_deep'),
      },
      {
        send: raw(
          '/v1/track',
          `{"userId":"u","event":"E","n":18446744073709551615,"properties":{"a":${nested(10_000)}}}`,
        ),
        answer: refused(400, 'nesting_too_deep'),
      },
      {
        send: raw('/v1/batch', `{"batch":[{"type":"track","userId":"u","event":"E","a":${nested(10_000)}}]}`),
        answer: refused(400, 'empty_batch_result'),
        rejected: ['nesting_too_deep'],
      },
    ],
  },
  {
    id: '7.2-102',
    title: '1e400 is stored as null, never as Infinity',
    cases: [
      {
        send: raw('/v1/track', '{"userId":"u","event":"E","properties":{"n":1e400,"m":-1e400}}'),
        answer: OK,
        event: { properties: { n: null, m: null } },
      },
      {
        send: raw(
          '/v1/track',
          '{"userId":"u","event":"E","properties":{"n":1e400,"big":18446744073709551615}}',
        ),
        answer: OK,
        event: { text: '"properties":{"n":null,"big":18446744073709551615}' },
      },
    ],
  },
  {
    id: '7.2-103',
    title: 'the consent event needs its category preferences',
    ...refusedAt(
      'track',
      { userId: 'u', event: 'Segment Consent Preference Updated', context: { consent: {} } },
      'consent_categorypreferences_should_exist',
      '/context/consent/categoryPreferences',
    ),
  },
];
