import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { GIF } from '../../../src/ingestion/pixel/gif.js';
import { type Ingestion, KEY, startIngestion, withKey } from '../../support/ingestion-app.js';

let ingestion: Ingestion;
beforeAll(async () => {
  ingestion = await startIngestion({ RUDDER_PIXEL_ALWAYS_OK: 'true', ALLOW_GROUP_WITHOUT_USER: 'true' });
});
afterAll(() => ingestion.close());
beforeEach(() => ingestion.log.reset());

it.each(['', `writeKey=${KEY}`, 'writeKey=unknown&anonymousId=a'])(
  'RudderStack pixels may answer 200 whatever is wrong: %s',
  async (query) => {
    const answer = await fetch(`${ingestion.address}/pixel/v1/page?${query}`);
    expect([answer.status, Buffer.from(await answer.arrayBuffer())]).toEqual([200, GIF]);
    expect(ingestion.events()).toEqual([]);
  },
);

it('groups may come without a user', async () => {
  const post = (path: string, body: object) =>
    fetch(`${ingestion.address}${path}`, { method: 'POST', headers: withKey(), body: JSON.stringify(body) });
  expect((await post('/v1/group', { groupId: 'g' })).status).toBe(200);
  expect((await post('/v1/batch', { batch: [{ type: 'group', groupId: 'g' }] })).status).toBe(200);
  expect((await post('/v1/identify', {})).status).toBe(400);
  expect(ingestion.events()).toMatchObject([{ groupId: 'g' }, { groupId: 'g' }]);
});
