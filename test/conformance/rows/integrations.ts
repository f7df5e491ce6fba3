import { GIF, OK } from '../answers.js';
import { type Case, type Row } from '../row.js';
import { get, ITEM, KEY, pixel, post, TRACK } from '../sends.js';

type Delivered = Readonly<Record<string, boolean>>;

/** A track call whose `integrations` are kept as they came and decide where it is delivered. */
const switched = (integrations: object, delivered: Delivered): Case => ({
  send: post('/v1/track', { ...TRACK, integrations }),
  answer: OK,
  event: { integrations, delivered },
});

const PEER = '127.0.0.1';
const BEHIND_PROXY = { TRUSTED_PROXIES: '127.0.0.0/8' };

/** WIRE 7.4: integrations and ip. No destination of this build is a warehouse, which `All: false` would spare. */
export const integrations: readonly Row[] = [
  {
    id: '7.4-120',
    title: 'without integrations every destination gets the event',
    cases: [TRACK, { ...TRACK, integrations: null }].map((message) => ({
      send: post('/v1/track', message),
      answer: OK,
      event: { integrations: {}, delivered: { Mixpanel: true, Webhook: true } },
    })),
  },
  {
    id: '7.4-121',
    title: '{All: false}: none',
    ...switched({ All: false }, { Mixpanel: false, Webhook: false }),
  },
  {
    id: '7.4-122',
    title: '{All: false, Mixpanel: true}: only Mixpanel',
    ...switched({ All: false, Mixpanel: true }, { Mixpanel: true, Webhook: false }),
  },
  {
    id: '7.4-123',
    title: '{Mixpanel: false}: all but Mixpanel',
    ...switched({ Mixpanel: false }, { Mixpanel: false, Webhook: true }),
  },
  {
    id: '7.4-124',
    title: '{All: false, Amplitude: {sessionId: 1}}: Amplitude, with its options',
    ...switched({ All: false, Amplitude: { sessionId: 1 } }, { Amplitude: true, Mixpanel: false }),
  },
  {
    id: '7.4-125',
    title: '{mixpanel: false}: another case is another name',
    ...switched({ mixpanel: false }, { Mixpanel: true }),
  },
  {
    id: '7.4-126',
    title: '{Mixpanel: null, All: false}: what says nothing falls back to All',
    ...switched({ Mixpanel: null, All: false }, { Mixpanel: false }),
  },
  {
    id: '7.4-127',
    title: '{All: "false"}: not false in JSON; in a query, which has no booleans, it is',
    cases: [
      switched({ All: 'false' }, { Mixpanel: true }),
      {
        send: get(`/v1/pixel/track?writeKey=${KEY}&userId=u&event=E&integrations.All=false`),
        answer: GIF(200),
        event: { integrations: { All: false }, delivered: { Mixpanel: false } },
      },
      {
        send: get(pixel('track', { writeKey: KEY, ...TRACK, integrations: { All: 'false' } })),
        answer: GIF(200),
        event: { integrations: { All: false }, delivered: { Mixpanel: false } },
      },
    ],
  },
  {
    id: '7.4-128',
    title: 'integrations that are no object count as absent',
    cases: ['none', []].map((integrations) => ({
      send: post('/v1/track', { ...TRACK, integrations }),
      answer: OK,
      event: { integrations: {}, delivered: { Mixpanel: true } },
    })),
  },
  {
    id: '7.4-129',
    title: "the short paths are people's devices: their address is filled in",
    cases: [
      { send: post('/v1/t', TRACK), answer: OK, event: { context: { ip: PEER } } },
      { send: post('/v1/b', { batch: [ITEM] }), answer: OK, event: { context: { ip: PEER } } },
    ],
  },
  {
    id: '7.4-130',
    title: "the long paths are servers: theirs is not the user's",
    cases: [
      { send: post('/v1/track', TRACK), answer: OK, event: { context: {} } },
      { send: post('/v1/batch', { batch: [ITEM] }), answer: OK, event: { context: {} } },
      { send: post('/v1/import', { batch: [ITEM] }), answer: OK, event: { context: {} } },
    ],
  },
  {
    id: '7.4-131',
    title: 'context.direct says that the caller is the device',
    send: post('/v1/track', { ...TRACK, context: { direct: true } }),
    answer: OK,
    event: { context: { direct: true, ip: PEER } },
  },
  {
    id: '7.4-132',
    title: 'an address that was sent is kept, also the one that hides it',
    send: post('/v1/t', { ...TRACK, context: { ip: '0.0.0.0' } }),
    answer: OK,
    event: { context: { ip: '0.0.0.0' } },
  },
  {
    id: '7.4-133',
    title: 'X-Forwarded-For is believed from trusted proxies only',
    cases: [
      {
        send: post('/v1/t', TRACK, { 'X-Forwarded-For': '203.0.113.7' }),
        answer: OK,
        event: { context: { ip: PEER } },
      },
      {
        settings: BEHIND_PROXY,
        send: post('/v1/t', TRACK, { 'X-Forwarded-For': '192.0.2.66, 203.0.113.7' }),
        answer: OK,
        event: { context: { ip: '203.0.113.7' } },
      },
    ],
  },
  {
    id: '7.4-134',
    title: 'the address of an IPv6 client is stored',
    settings: BEHIND_PROXY,
    send: post('/v1/t', TRACK, { 'X-Forwarded-For': '2001:db8::7' }),
    answer: OK,
    event: { context: { ip: '2001:db8::7' } },
  },
];
