import { batchOf, message, post, type Row } from '../row.js';

const times = (count: number, item: string): string[] => Array<string>(count).fill(item);
const small = '{"type":"page","userId":1}';

export const batches: readonly Row[] = [
  {
    name: 'a context of 300 kB for 2,500 messages',
    parts: () =>
      post(
        '/v1/batch',
        `{"context":{"x":"${'x'.repeat(300_000)}"},"batch":[${times(2_500, small).join(',')}]}`,
      ),
    answers: [400],
    code: 'payload_too_large',
    times: 5,
  },
  {
    name: 'integrations of 300 kB for 2,500 messages',
    parts: () =>
      post(
        '/v1/batch',
        `{"integrations":{"${'x'.repeat(300_000)}":1},"batch":[${times(2_500, small).join(',')}]}`,
      ),
    answers: [400],
    code: 'payload_too_large',
  },
  {
    name: 'as many bytes of context as a small batch can multiply',
    parts: () =>
      post('/v1/batch', `{"context":{"x":"${'x'.repeat(16_000)}"},"batch":[${times(600, small).join(',')}]}`),
    answers: [400],
    code: 'payload_too_large',
    times: 5,
  },
  {
    name: 'as many keys of context as a small batch can multiply',
    parts: () => {
      const keys = Array.from({ length: 1_800 }, (_, n) => `"${n.toString(36)}":0`).join(',');
      return post('/v1/batch', `{"context":{${keys}},"batch":[${times(600, small).join(',')}]}`);
    },
    answers: [400],
    code: 'payload_too_large',
    times: 5,
  },
  {
    name: 'as much context as a large batch may multiply',
    parts: () =>
      post(
        '/v1/batch',
        `{"context":{"x":"${'x'.repeat(3_000)}"},"batch":[${times(2_500, small).join(',')}]}`,
      ),
    answers: [200],
  },
  {
    name: '2,500 messages, all invalid',
    parts: () => post('/v1/batch', batchOf(...times(2_500, '{"type":"track"}'))),
    answers: [400],
    code: 'empty_batch_result',
    times: 5,
  },
  {
    name: '2,500 items that are no messages',
    parts: () => post('/v1/batch', batchOf(...times(2_500, 'null'))),
    answers: [400],
    code: 'empty_batch_result',
  },
  {
    name: '2,501 messages',
    parts: () => post('/v1/batch', batchOf(...times(2_501, small))),
    answers: [400],
    code: 'too_many_events',
  },
  {
    name: '255,000 items',
    parts: () => post('/v1/batch', `{"batch":[1${',1'.repeat(254_999)}]}`),
    answers: [400],
    code: 'too_many_events',
  },
  {
    name: '70 items, each too deep to be written out',
    parts: () => post('/v1/batch', batchOf(...times(70, `${'['.repeat(3_600)}${']'.repeat(3_600)}`))),
    answers: [400],
    code: 'empty_batch_result',
  },
  {
    name: '15 messages just within their size, whose originals are kept',
    parts: () => post('/v1/batch', batchOf(...times(15, message(`"userId":{"x":"${'x'.repeat(32_000)}"}`)))),
    answers: [400],
    code: 'empty_batch_result',
    times: 5,
  },
  {
    name: '168,000 objects in an envelope, of which nothing may be kept while the event is stored',
    parts: () => post('/v1/batch', `{"x":[{}${',{}'.repeat(167_999)}],"batch":[${small}]}`),
    answers: [200],
    times: 30,
  },
  {
    name: '15 messages of 10,700 objects each',
    parts: () =>
      post('/v1/batch', batchOf(...times(15, `{"type":"page","userId":1,"x":[{}${',{}'.repeat(10_699)}]}`))),
    answers: [200],
    times: 2,
  },
  {
    name: 'a batch in a batch in a batch',
    parts: () => post('/v1/batch', batchOf(batchOf(batchOf(message())))),
    answers: [400],
    code: 'empty_batch_result',
  },
  {
    name: 'an object that looks like an array',
    parts: () => post('/v1/batch', '{"batch":{"length":2500,"0":{},"map":1}}'),
    answers: [400],
    code: 'empty_batch',
  },
];
