import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Admin, startAdmin } from '../../support/admin-app.js';
import { eventually } from '../../support/eventually.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

let admin: Admin;
let receiver: Receiver;
let workspaceId: string;

beforeAll(async () => {
  admin = await startAdmin({ DESTINATION_ALLOWED_CIDRS: '127.0.0.0/8' });
  receiver = await startReceiver();
});

afterAll(async () => {
  await admin.close();
  await receiver.close();
});

const workspace = async (name: string): Promise<string> =>
  (await admin.call<{ id: string }>('POST', '/workspaces', { name })).body.id;

let count = 0;
beforeEach(async () => {
  receiver.requests.length = 0;
  receiver.answer = { status: 200 };
  count += 1;
  workspaceId = await workspace(`Workspace ${count}`);
});

/** Path of a new webhook destination that posts to the receiver. */
async function hook(settings: object = {}, of = workspaceId): Promise<string> {
  const path = `/workspaces/${of}/destinations`;
  const body = { type: 'webhook', name: 'Hook', settings: { url: receiver.url, ...settings } };
  return `${path}/${(await admin.call<{ id: string }>('POST', path, body)).body.id}`;
}

const test = (path: string, body?: object) => admin.call('POST', `${path}/test`, body);

describe('a test of a destination', () => {
  it('sends a sample event with the stored settings and shows the answer', async () => {
    receiver.answer = { status: 202, body: `thanks, ${SECRET}` };
    const path = await hook({ secret: SECRET, headers: { 'x-own': 'header' } });
    expect(await test(path)).toMatchObject({
      status: 200,
      body: { outcome: 'delivered', response: { status: 202, body: 'thanks, ***' }, printed: [] },
    });
    const [request] = receiver.requests;
    expect(request?.headers).toMatchObject({ 'x-own': 'header' });
    expect(request?.headers).toHaveProperty('webhook-signature');
    expect(receiver.events()).toMatchObject([{ type: 'track', event: 'Test Event' }]);
  });

  it('sends the caller’s own event as a source would have sent it', async () => {
    const event = { type: 'identify', userId: 7, traits: { plan: 'pro' } };
    const { body } = await test(await hook(), { event });
    expect(receiver.events()).toEqual([body['event']]);
    expect(body['event']).toMatchObject({ type: 'identify', userId: '7', traits: { plan: 'pro' } });
    expect(body['event']).not.toHaveProperty('event');
  });

  it('refuses an event that a source could not send, and sends nothing', async () => {
    const path = await hook();
    expect(await test(path, { event: { userId: 'user-1' } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/event/event', detail: 'A track call needs an event' }] },
    });
    expect(await test(path, { event: 'Test' })).toMatchObject({ status: 422 });
    expect(await test(path, { events: [] })).toMatchObject({ body: { errors: [{ pointer: '/events' }] } });
    await test(path);
    expect(receiver.requests).toHaveLength(1);
  });

  it.each([
    [401, 'unauthorized'],
    [404, 'rejected'],
    [500, 'retry'],
  ])('tells of an answer %i that it means %s, and changes nothing', async (status, outcome) => {
    receiver.answer = { status, body: 'no' };
    const path = await hook();
    expect((await test(path)).body).toMatchObject({
      outcome,
      status,
      reason: `http_${status}`,
      response: { status, body: 'no' },
    });
    expect(await admin.call('GET', path)).toMatchObject({ body: { state: 'active', version: 1 } });
  });

  it('works for a paused destination', async () => {
    const path = await hook();
    await admin.call('POST', `${path}/pause`);
    expect((await test(path)).body).toMatchObject({ outcome: 'delivered' });
  });

  it('uses headers that replace all earlier ones', async () => {
    const path = await hook({ headers: { 'x-old': 'leaked' } });
    await admin.call('PATCH', path, { settings: { headers: { 'x-new': 'fresh' } } });
    await test(path);
    expect(receiver.requests[0]?.headers).toMatchObject({ 'x-new': 'fresh' });
    expect(receiver.requests[0]?.headers).not.toHaveProperty('x-old');
  });

  it('is refused while other tests hang, which leave room for other workspaces', async () => {
    const slow = await startReceiver();
    slow.answer = 'hang';
    const path = await hook({ url: slow.url });
    const other = await hook({}, await workspace(`Neighbour ${count}`));
    const hanging = [test(path), test(path)];
    await eventually(() => expect(slow.requests).toHaveLength(2));
    const third = await test(path);
    expect(third).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
    expect(third.headers.get('retry-after')).toBe('10');
    expect((await test(other)).body).toMatchObject({ outcome: 'delivered' });
    await slow.close();
    expect(await Promise.all(hanging)).toMatchObject([
      { status: 200, body: { outcome: 'retry' } },
      { status: 200, body: { outcome: 'retry' } },
    ]);
    expect((await test(path)).status).toBe(200);
  });
});

describe('without a key for secrets', () => {
  let keyless: Admin;
  beforeAll(async () => {
    keyless = await startAdmin({ SECRET_KEYS: '' });
  });
  afterAll(() => keyless.close());

  it('a destination with a secret is refused with a remedy for the operator, one without is created', async () => {
    const { body } = await keyless.call('POST', '/workspaces', { name: 'Keyless' });
    const path = `/workspaces/${body['id'] as string}/destinations`;
    const make = (settings: object) =>
      keyless.call('POST', path, { type: 'webhook', name: 'Hook', settings });
    const url = 'https://hooks.example/in';
    expect(await make({ url, secret: SECRET })).toMatchObject({
      status: 409,
      body: { code: 'conflict', detail: expect.stringContaining('SECRET_KEYS') as string },
    });
    expect((await make({ url })).status).toBe(201);
  });
});
