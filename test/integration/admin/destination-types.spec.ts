import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handlers } from '../../../src/destinations/handlers/index.js';
import { type Admin, startAdmin } from '../../support/admin-app.js';

let admin: Admin;

beforeAll(async () => {
  admin = await startAdmin();
});

afterAll(() => admin.close());

describe('destination types', () => {
  it('are all that this build can deliver to', async () => {
    const { status, body } = await admin.call<{ data: { type: string }[] }>('GET', '/destination-types');
    expect(status).toBe(200);
    expect(body).toMatchObject({ pagination: { next: null } });
    expect(body.data.map(({ type }) => type)).toEqual(handlers.map(({ type }) => type));
  });

  it('show their secrets and limits', async () => {
    expect(await admin.call('GET', '/destination-types/webhook')).toMatchObject({
      status: 200,
      body: {
        title: 'Webhook',
        description: expect.stringMatching(/^Sends events/) as string,
        secrets: ['secret', 'previousSecret', 'headers'],
        settingsSchema: { type: 'object', additionalProperties: false },
        limits: { maxItems: 1, concurrency: 16, ordering: 'per-user', timeoutMs: 10_000 },
      },
    });
  });

  it('are shown to every caller with a token', async () => {
    const { body } = await admin.call('POST', '/workspaces', { name: 'Curious' });
    const token = await admin.addToken('curious-viewer', 'workspace-viewer', body['id'] as string);
    expect((await admin.call('GET', '/destination-types', undefined, { token })).status).toBe(200);
    expect((await admin.call('GET', '/destination-types', undefined, { token: null })).status).toBe(401);
  });

  it('of other names do not exist', async () => {
    expect(await admin.call('GET', '/destination-types/fax')).toMatchObject({
      status: 404,
      body: { code: 'not_found', detail: 'There is no destination type fax' },
    });
  });
});
