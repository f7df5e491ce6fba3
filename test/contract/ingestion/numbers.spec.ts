import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Ingestion, KEY, startIngestion, withKey } from '../../support/ingestion-app.js';

let ingestion: Ingestion;
beforeAll(async () => void (ingestion = await startIngestion()));
afterAll(() => ingestion.close());
beforeEach(() => ingestion.log.reset());

const BIG = '18446744073709551615';
const message = `{"type":"track","userId":"u","event":"e","properties":{"id":${BIG},"ids":[-9223372036854775808]}}`;
const post = (path: string, body: string) =>
  fetch(`${ingestion.address}${path}`, { method: 'POST', headers: withKey(), body });
const records = (topic = 'tributary.events') => ingestion.log.of(topic).map(({ value }) => value.toString());

it('integers beyond 2^53 keep their digits on every way in', async () => {
  const envelope = `{"context":{"device":{"n":${BIG}}},"batch":[${message},{"type":"track","userId":"u","n":${BIG}}]}`;
  const payload = message.replace('{', `{"writeKey":"${KEY}",`);
  for (const path of ['/v1/track', '/v1/t']) expect((await post(path, message)).status).toBe(200);
  for (const path of ['/v1/batch', '/v1/b']) expect((await post(path, envelope)).status).toBe(200);
  for (const data of [Buffer.from(payload).toString('base64url'), encodeURIComponent(payload)])
    await fetch(`${ingestion.address}/v1/pixel/track?data=${data}`);
  expect(records()).toHaveLength(6);
  for (const record of records())
    expect(record).toContain(`"properties":{"id":${BIG},"ids":[-9223372036854775808]}`);
  expect(records().filter((record) => record.includes(`"device":{"n":${BIG}}`))).toHaveLength(2);
  for (const { original } of ingestion.rejected()) expect(original).toContain(`"n":${BIG}`);
  expect(ingestion.rejected()).toHaveLength(2);
});

it('an id that is such an integer becomes its digits', async () => {
  await post('/v1/group', `{"userId":12345678901234567890,"groupId":${BIG}}`);
  expect(ingestion.events()).toMatchObject([{ userId: '12345678901234567890', groupId: BIG }]);
});

it('a large message with such an integer is measured, and one of a hundred thousand digits does no harm', async () => {
  const filler = 'x'.repeat(33_000);
  await post('/v1/batch', `{"batch":[{"n":${BIG},"x":"${filler}"},${message}]}`);
  expect(ingestion.rejected()).toMatchObject([{ code: 'event_too_large', index: 0 }]);
  expect((await post('/v1/batch', `{"batch":[${message},{"n":${'9'.repeat(100_000)}}]}`)).status).toBe(200);
  expect(ingestion.events()).toHaveLength(2);
});

it('NaN and Infinity are null and cost nothing else', async () => {
  const body = `{"batch":[{"type":"track","userId":"u","event":"NaN","properties":{"a":NaN,"b":[-Infinity,Infinity],"n":${BIG}}}]}`;
  expect((await post('/v1/batch', body)).status).toBe(200);
  expect(records()[0]).toContain(`"event":"NaN","properties":{"a":null,"b":[null,null],"n":${BIG}}`);
});

it('1e400 is null in a property, and no id', async () => {
  expect((await post('/v1/track', '{"userId":"u","event":"e","properties":{"x":1e400}}')).status).toBe(200);
  expect(ingestion.events()[0]?.properties).toEqual({ x: null });
  expect(await (await post('/v1/track', '{"userId":1e400,"event":"e"}')).json()).toMatchObject({
    code: 'id_not_string',
  });
});

it('NUL and lone surrogates reach the log as they came, and its keys and headers as valid text', async () => {
  const text =
    '{"userId":"u\\ud800\\u0000","event":"e\\udc00","messageId":"m\\ud800\\u0000","properties":{"a":"\\u0000\\ud83d"}}';
  expect((await post('/v1/track', text)).status).toBe(200);
  expect(records()[0]).toContain(
    '"userId":"u\\ud800\\u0000","event":"e\\udc00","messageId":"m","properties":{"a":"\\u0000\\ud83d"}',
  );
  const [record] = ingestion.log.of('tributary.events');
  expect(record?.headers['messageId']).toBe('m');
});
