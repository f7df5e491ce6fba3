import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Admin, INSTANCE_TOKEN, startAdmin } from '../../support/admin-app.js';

let admin: Admin;

beforeAll(async () => {
  admin = await startAdmin();
});

afterAll(() => admin.close());

const me = (token: string | null) => admin.call('GET', '/me', undefined, { token });

describe('me', () => {
  it('is an instance admin, in no workspace', async () => {
    const answer = await me(INSTANCE_TOKEN);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      id: expect.stringMatching(/^tok_/) as string,
      ...{ name: 'Default', role: 'instance-admin', workspace: null, expiresAt: null },
    });
  });

  it.each(['workspace-admin', 'workspace-viewer'] as const)('is a %s of one workspace', async (role) => {
    const made = await admin.call<{ id: string }>('POST', '/workspaces', { name: `Of a ${role}` });
    const workspaceId = made.body.id;
    const expiresAt = new Date('2031-01-01T00:00:00Z');
    const token = await admin.addToken(`me-${role}`, role, workspaceId, { expiresAt });
    expect(await me(token)).toMatchObject({
      status: 200,
      body: {
        ...{ name: token, role, expiresAt: expiresAt.toISOString() },
        workspace: { id: workspaceId, name: `Of a ${role}` },
      },
    });
  });

  it('is refused without a token', async () => {
    expect(await me(null)).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
  });
});
