import { WRITE_KEY } from '../../../support/product.js';
import { batchOf, get, head, message, post, type Row } from '../row.js';

/** Were these fields on every object, no text could be made of one, and a message of nothing would be complete. */
const POISON = `{"polluted":"yes","toString":"yes","userId":"yes","event":"yes","writeKey":"${WRITE_KEY}"}`;
const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'constructor":{"prototype":{"polluted":1}},"__proto__',
];

/** Where a key can stand: the name and the value, which is `POISON`, in a whole message. */
const PLACES: Readonly<Record<string, (name: string) => string>> = {
  'at the top': (name) => message(`"${name}":${POISON}`),
  'in properties': (name) => message(`"properties":{"${name}":${POISON},"ok":1}`),
  'deeper in properties': (name) => message(`"properties":{"a":{"b":[{"${name}":${POISON}}]},"ok":1}`),
  'in the context': (name) => message(`"context":{"${name}":${POISON},"page":{"${name}":${POISON}}}`),
  'in integrations': (name) => message(`"integrations":{"${name}":${POISON}}`),
  'in traits': (name) => `{"type":"identify","userId":"u","traits":{"${name}":${POISON}}}`,
};

/** What a neighbour's event shows when every object of the process has got a field. */
const clean = (messageId: string) => ({ messageId, like: { type: 'track', userId: 'u' } });

const bodies = NAMES.flatMap((name, n) =>
  Object.entries(PLACES).flatMap(([place, bodyOf], p): Row[] => [
    {
      name: `${name.slice(0, 11)} ${place}`,
      parts: () => post(p === 5 ? '/v1/identify' : '/v1/track', bodyOf(name)),
      answers: [200],
    },
    {
      name: `${name.slice(0, 11)} ${place} of an item, and in what its envelope passes on`,
      parts: () =>
        post(
          '/v1/batch',
          `{"${name}":${POISON},"context":{"${name}":${POISON},"page":{"${name}":${POISON}}},` +
            `"integrations":{"${name}":${POISON}},` +
            `"batch":[${bodyOf(name)},${message(`"messageId":"clean-${n}-${p}"`)}]}`,
        ),
      answers: [200],
      event: clean(`clean-${n}-${p}`),
    },
  ]),
);

const DOTTED = ['__proto__', 'constructor.prototype', 'prototype', 'properties.__proto__'];

const pixels = DOTTED.flatMap((name, n): Row[] => [
  {
    name: `the parameter ${name}.polluted`,
    parts: () =>
      get(
        `/v1/pixel/track?writeKey=${WRITE_KEY}&userId=u&event=e&messageId=dotted-${n}&${name}.polluted=yes&context.${name}.polluted=yes`,
      ),
    answers: [200],
    event: { messageId: `dotted-${n}`, like: { userId: 'u', event: 'e' } },
  },
  {
    name: `the parameter ${name}.polluted of RudderStack's`,
    parts: () =>
      get(
        `/pixel/v1/track?writeKey=${WRITE_KEY}&userId=u&event=e&${name}.polluted=yes&traits.a.${name}.polluted=yes`,
      ),
    answers: [200],
  },
]);

export const prototypes: readonly Row[] = [
  ...bodies,
  ...pixels,
  {
    name: '__proto__ as an item, as its type and as its ids',
    parts: () =>
      post(
        '/v1/batch',
        batchOf(`{"__proto__":${message()}}`, '{"type":"__proto__","userId":"u"}', '{"type":"toString"}'),
      ),
    answers: [400],
    code: 'empty_batch_result',
  },
  {
    name: 'a message whose fields are all inherited',
    parts: () => post('/v1/track', `{"__proto__":${message()}}`),
    answers: [400],
    code: 'event_not_defined',
  },
  {
    name: '__proto__ in the data of a pixel',
    parts: () =>
      get(
        `/v1/pixel/track?data=${encodeURIComponent(
          `{"writeKey":"${WRITE_KEY}","userId":"u","event":"e","messageId":"pixel-proto","__proto__":${POISON},"integrations":{"__proto__":"true"}}`,
        )}`,
      ),
    answers: [200],
    event: { messageId: 'pixel-proto', like: { userId: 'u' } },
  },
  {
    name: '__proto__ where the key is looked for',
    parts: () => post('/beacon/v1/batch?__proto__=1&__proto__[writeKey]=x', `{"__proto__":{"writeKey":"x"}}`),
    answers: [400],
  },
  {
    name: 'after all that a message of nothing is still incomplete',
    parts: () => post('/v1/track', '{}'),
    answers: [400],
    code: 'event_not_defined',
  },
  {
    name: 'after all that a call without a key still has none',
    parts: () => [head('POST /v1/track', `Content-Length: ${message().length}`), message()],
    answers: [401],
    code: 'invalid_write_key',
  },
];
