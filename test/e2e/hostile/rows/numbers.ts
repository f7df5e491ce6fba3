import { batchOf, message, post, type Row } from '../row.js';

const digits = (count: number): string => '7'.repeat(count);

/** Numbers that JavaScript cannot hold; what becomes of them is not our subject here, what they cost is. */
const NUMBERS: Readonly<Record<string, string>> = {
  '1e400': '1e400',
  '-1e400': '-1e400',
  '1e-400': '1e-400',
  'an exponent of 20,000 digits': `1e${digits(20_000)}`,
  'a negative exponent of 20,000 digits': `1e-${digits(20_000)}`,
  '1e999999999': '1e999999999',
  'an integer of 30,000 digits': digits(30_000),
  'a fraction of 30,000 digits': `0.${digits(30_000)}`,
  'a negative zero': '-0',
};

export const numbers: readonly Row[] = [
  ...Object.entries(NUMBERS).flatMap(([name, number], index): Row[] => [
    {
      name: `${name} as a property`,
      parts: () =>
        post('/v1/track', message(`"messageId":"number-${index}","properties":{"n":${number},"ok":1}`)),
      answers: [200],
      event: { messageId: `number-${index}`, like: { properties: { ok: 1 } } },
    },
    {
      name: `${name} in the field of an envelope`,
      parts: () => post('/v1/batch', `{"n":${number},"batch":[${message()}]}`),
      answers: [200],
    },
  ]),
  ...['1e400', '-1e400'].map((number): Row => ({
    name: `${number} as a user id`,
    parts: () => post('/v1/track', `{"event":"e","userId":${number}}`),
    answers: [400],
  })),
  {
    name: 'an integer of 100,000 digits that an envelope would pass on',
    parts: () => post('/v1/batch', `{"context":{"n":${digits(100_000)}},"batch":[${message()}]}`),
    answers: [200],
    times: 5,
  },
  {
    name: 'an integer of 500,000 digits in an envelope',
    parts: () => post('/v1/batch', `{"n":${digits(500_000)},"batch":[${message()}]}`),
    answers: [200],
    times: 5,
  },
  {
    name: 'a fraction of 500,000 digits in an envelope',
    parts: () => post('/v1/batch', `{"n":0.${digits(500_000)},"batch":[${message()}]}`),
    answers: [200],
    times: 5,
  },
  {
    name: '24,000 integers of 20 digits in an item',
    parts: () => post('/v1/batch', batchOf(message(`"n":[${Array(24_000).fill(digits(20)).join(',')}]`))),
    answers: [400],
    code: 'empty_batch_result',
  },
  {
    name: '85,000 exponents in an envelope',
    parts: () => post('/v1/batch', `{"n":[${Array(85_000).fill('1e999').join(',')}],"batch":[${message()}]}`),
    answers: [200],
  },
];
