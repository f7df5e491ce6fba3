import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AdminModule } from '../../../src/admin/admin.module.js';
import { AdminToken } from '../../../src/database/entities/admin-token.entity.js';
import { type Admin, INSTANCE_TOKEN, startAdmin } from '../../support/admin-app.js';
import { eventually } from '../../support/eventually.js';

interface Made {
  readonly id: string;
  readonly value: string;
}

let admin: Admin;

beforeAll(async () => {
  admin = await startAdmin({}, AdminModule, { embedded: true });
});

afterAll(() => admin.close());

const me = (token: string) => admin.call('GET', '/me', undefined, { token });
const makeWorkspace = async (name: string) =>
  (await admin.call<Made>('POST', '/workspaces', { name })).body.id;
const makeToken = async (place: string, role: string, more: object = {}) =>
  (await admin.call<Made>('POST', `${place}/tokens`, { name: 'A token', role, ...more })).body;

/** Runs work while a transaction has the only session of the database, which it gives up when the work has ended. */
async function duringTransaction(work: () => Promise<void>): Promise<void> {
  const runner = admin.dataSource.createQueryRunner();
  await runner.startTransaction();
  try {
    await work();
  } finally {
    await runner.commitTransaction();
    await runner.release();
  }
}

describe('with the embedded Postgres, whose only session a transaction has', () => {
  it('tokens are checked, the right ones and the wrong ones', async () => {
    const { value } = await makeToken('', 'instance-admin', { expiresAt: '2031-01-01T00:00:00.000Z' });
    await duringTransaction(async () => {
      expect(await me(INSTANCE_TOKEN)).toMatchObject({ status: 200, body: { role: 'instance-admin' } });
      expect(await me(value)).toMatchObject({ status: 200, body: { expiresAt: '2031-01-01T00:00:00.000Z' } });
      expect((await me('trb_of-a-stranger')).status).toBe(401);
    });
  });

  it('the use of a token is recorded afterwards', async () => {
    const { id, value } = await makeToken('', 'instance-admin');
    await duringTransaction(async () => {
      expect((await me(value)).status).toBe(200);
    });
    await eventually(async () => {
      const row = await admin.dataSource.manager.findOneByOrFail(AdminToken, { id });
      expect(row.lastUsedAt).toBeInstanceOf(Date);
    });
  });
});

describe('with the embedded Postgres', () => {
  it('a deleted token stops working at once', async () => {
    const { id, value } = await makeToken('', 'instance-admin');
    expect((await me(value)).status).toBe(200);
    expect((await admin.call('DELETE', `/tokens/${id}`)).status).toBe(204);
    expect((await me(value)).status).toBe(401);
  });

  it('the tokens of a deleted workspace stop working at once', async () => {
    const place = `/workspaces/${await makeWorkspace('Short-lived')}`;
    const { value } = await makeToken(place, 'workspace-admin');
    expect((await me(value)).status).toBe(200);
    expect((await admin.call('DELETE', place)).status).toBe(204);
    expect((await me(value)).status).toBe(401);
  });

  it('a token that could not be deleted keeps working', async () => {
    const place = `/workspaces/${await makeWorkspace('In use')}`;
    const { value } = await makeToken(place, 'workspace-admin');
    expect((await admin.call('POST', `${place}/sources`, { name: 'Website' })).status).toBe(201);
    expect((await admin.call('DELETE', place)).status).toBe(409);
    expect((await me(value)).status).toBe(200);
  });
});
