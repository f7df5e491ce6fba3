import { gzipSync } from 'node:zlib';
import { batchOf, message, post, type Row } from '../row.js';

const arrays = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const objects = (depth: number): string => '{"a":'.repeat(depth) + '0' + '}'.repeat(depth);
/** An object of so many bytes with as many keys as fit. */
function keys(bytes: number): string {
  const parts: string[] = [];
  for (let n = 0, left = bytes - 2; left > 12; n++) {
    const part = `"${n.toString(36)}":0`;
    parts.push(part);
    left -= part.length + 1;
  }
  return `{${parts.join(',')}}`;
}

/** Text that is exactly so many bytes long, filled up with blanks. */
const exactly = (bytes: number, text: string): string => text.padEnd(bytes);

const BATCH = 512_000;

interface Shape {
  readonly where: string;
  readonly path: string;
  readonly body: (value: string) => string;
}

const SHAPES: readonly Shape[] = [
  { where: 'in properties', path: '/v1/track', body: (value) => message(`"properties":{"x":${value}}`) },
  { where: 'in the context', path: '/v1/track', body: (value) => message(`"context":{"x":${value}}`) },
  { where: 'as an id', path: '/v1/track', body: (value) => `{"event":"e","userId":${value}}` },
  { where: 'as integrations', path: '/v1/track', body: (value) => message(`"integrations":{"x":${value}}`) },
  { where: 'in an item', path: '/v1/batch', body: (value) => batchOf(message(`"x":${value}`)) },
  { where: 'as an item', path: '/v1/batch', body: (value) => batchOf(value) },
  { where: 'as the batch', path: '/v1/b', body: (value) => `{"batch":${value}}` },
  {
    where: "in the envelope's context",
    path: '/v1/batch',
    body: (value) => `{"context":{"x":${value}},"batch":[${message()}]}`,
  },
  { where: 'in a beacon', path: '/beacon/v1/batch', body: (value) => batchOf(message(`"x":${value}`)) },
];

const nested = SHAPES.flatMap(({ where, path, body }): Row[] => [
  {
    name: `arrays nested 10,000 deep ${where}`,
    parts: () => post(path, body(arrays(10_000))),
    answers: [400],
  },
  {
    name: `objects nested 10,000 deep ${where}`,
    parts: () => post(path, body(objects(10_000))),
    answers: [400],
  },
  {
    name: `arrays nested 500,000 deep ${where}, in gzip`,
    parts: () => post(path, gzipSync(body(arrays(500_000))), 'Content-Encoding: gzip'),
    answers: [400],
    code: 'payload_too_large',
  },
]);

const deepest = SHAPES.filter(({ path }) => path.includes('b')).map(({ where, path, body }): Row => ({
  name: `arrays nested as deep as a batch can hold ${where}`,
  parts: () => post(path, body(arrays(255_900))),
  answers: [400],
  times: 5,
}));

export const json: readonly Row[] = [
  ...nested,
  ...deepest,
  {
    name: 'an envelope field nested 250,000 deep that nobody reads',
    parts: () => post('/v1/batch', `{"x":${arrays(250_000)},"batch":[${message()}]}`),
    answers: [200],
  },
  {
    name: '500,000 brackets that are never closed',
    parts: () => post('/v1/batch', '['.repeat(500_000)),
    answers: [400],
    code: 'invalid_json',
  },
  {
    name: '100,000 keys of objects that are never closed',
    parts: () => post('/v1/batch', '{"a":'.repeat(100_000)),
    answers: [400],
    code: 'invalid_json',
  },
  {
    name: 'a million keys, in gzip',
    parts: () => post('/v1/batch', gzipSync(keys(10_000_000)), 'Content-Encoding: gzip'),
    answers: [400],
    code: 'payload_too_large',
  },
  {
    name: 'as many keys as a single call can hold',
    parts: () => post('/v1/track', exactly(32_768, message(`"properties":${keys(32_600)}`))),
    answers: [200],
  },
  {
    name: 'an item with as many keys as a batch can hold',
    parts: () => post('/v1/batch', exactly(BATCH, batchOf(message(`"properties":${keys(511_800)}`)))),
    answers: [400],
    code: 'empty_batch_result',
    times: 5,
  },
  {
    name: 'an envelope with as many keys as a batch can hold',
    parts: () => post('/v1/batch', exactly(BATCH, `{"batch":[${message()}],${keys(511_900).slice(1)}`)),
    answers: [200],
    times: 5,
  },
  {
    name: "an envelope's context with as many keys as a batch can hold",
    parts: () => post('/v1/batch', exactly(BATCH, `{"batch":[${message()}],"context":${keys(511_800)}}`)),
    answers: [400],
    times: 5,
  },
  {
    name: 'one key 60,000 times',
    parts: () => post('/v1/batch', `{${'"x":[1],'.repeat(60_000)}"batch":[${message()}]}`),
    answers: [200],
  },
  ...['', ' ', 'null', '[]', '"x"', '1', 'true', '{', '{"batch":', '\0', '{}{}', '{"a":01}', "{'a':1}"].map(
    (body): Row => ({
      name: `the body ${JSON.stringify(body)}`,
      parts: () => post('/v1/batch', body),
      answers: [400],
      code: 'invalid_json',
    }),
  ),
];
