import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Ingestion, KEY, startIngestion, withKey } from '../../support/ingestion-app.js';

let ingestion: Ingestion;
beforeAll(async () => void (ingestion = await startIngestion()));
afterAll(() => ingestion.close());
beforeEach(() => ingestion.log.reset());

const good = { type: 'track', userId: 'u', event: 'e' };
const post = (path: string, body: unknown, prefer?: string) =>
  fetch(`${ingestion.address}${path}`, {
    method: 'POST',
    headers: { ...withKey(), ...(prefer !== undefined && { Prefer: prefer }) },
    body: JSON.stringify(body),
  });
const PREFER = 'return=representation';
const sentence = expect.stringMatching(/./) as string;

describe('Prefer: return=representation', () => {
  it.each(['/v1/batch', '/v1/import', '/v1/b', `/beacon/v1/batch?writeKey=${KEY}`])(
    'lists what was rejected of a batch at %s',
    async (path) => {
      const answer = await post(path, { batch: [good, {}, good, { ...good, event: 5 }, 'x'] }, PREFER);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('preference-applied')).toBe(PREFER);
      expect(await answer.json()).toEqual({
        success: true,
        accepted: 2,
        rejected: [
          { index: 1, code: 'invalid_type', pointer: '/type', message: sentence },
          { index: 3, code: 'event_not_string', pointer: '/event', message: sentence },
          { index: 4, code: 'bad_request', pointer: '', message: sentence },
        ],
      });
    },
  );

  it('lists nothing where all is well, and where it is not, what a call was refused for', async () => {
    expect(await (await post('/v1/track', good, PREFER)).json()).toEqual({
      success: true,
      accepted: 1,
      rejected: [],
    });
    const rejected = [{ index: 0, code: 'no_user_anon_id', pointer: '/userId', message: sentence }];
    const refused = await post('/v1/t', { event: 'e' }, PREFER);
    expect([refused.status, refused.headers.get('preference-applied')]).toEqual([400, PREFER]);
    expect(await refused.json()).toEqual({
      success: false,
      code: 'no_user_anon_id',
      message: sentence,
      rejected,
    });
    expect(
      await (await post('/v1/batch', { batch: [{ ...good, userId: null }] }, PREFER)).json(),
    ).toMatchObject({
      code: 'empty_batch_result',
      rejected,
    });
  });

  it('has nothing to list for a call that could not be read', async () => {
    const answer = await post('/v1/batch', { batch: [] }, PREFER);
    expect(answer.headers.get('preference-applied')).toBeNull();
    expect(await answer.json()).toEqual({ success: false, code: 'empty_batch', message: sentence });
  });

  it.each([
    'respond-async, return=representation',
    'Return = "representation"; x=1',
    'wait=5,return=representation',
  ])('may be written %s', async (prefer) => {
    expect(await (await post('/v1/track', good, prefer)).json()).toHaveProperty('rejected');
  });

  it.each([undefined, 'return=minimal', 'return=representations', 'xreturn=representation', ''])(
    'is what nobody asked for by %j',
    async (prefer) => {
      const answer = await post('/v1/batch', { batch: [good, {}] }, prefer);
      expect(await answer.text()).toBe('{"success":true}');
      expect(answer.headers.get('preference-applied')).toBeNull();
      expect(await (await post('/v1/track', {}, prefer)).json()).not.toHaveProperty('rejected');
    },
  );
});
