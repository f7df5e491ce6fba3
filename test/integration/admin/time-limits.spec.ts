import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Admin, startAdmin } from '../../support/admin-app.js';
import { eventually } from '../../support/eventually.js';

/** Ends statements of this database that wait for a lock, as their time limit does. */
const CANCEL = `
  SELECT pg_cancel_backend(pid) AS cancelled FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock'`;

let admin: Admin;
let place: string;

beforeAll(async () => {
  admin = await startAdmin();
  const { id } = (await admin.call<{ id: string }>('POST', '/workspaces', { name: 'Busy' })).body;
  place = `/workspaces/${id}`;
});

afterAll(() => admin.close());

describe('a query of the administration', () => {
  it('has a time limit, shorter than the silence after which its connection is dropped', async () => {
    const answer = await admin.dataSource.query<{ statement_timeout: string }[]>('SHOW statement_timeout');
    expect(answer).toEqual([{ statement_timeout: '14s' }]);
  });

  it.each([
    ['list', 'GET', '/sources', undefined, 'sources'],
    ['page of destinations', 'GET', '/destinations?limit=1', undefined, 'destinations'],
    ['change', 'POST', '/sources', { name: 'Website' }, 'sources'],
  ])('is answered 503 query_timeout when that ends a %s', async (_, method, path, body, table) => {
    const runner = admin.dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    const answering = admin.call(method, `${place}${path}`, body);
    try {
      await eventually(async () => {
        expect(await admin.dataSource.query(CANCEL)).toEqual([{ cancelled: true }]);
      });
    } finally {
      await runner.rollbackTransaction();
      await runner.release();
    }
    const answer = await answering;
    expect(answer).toMatchObject({ status: 503, body: { code: 'query_timeout' } });
    expect(answer.headers.get('retry-after')).toBe('5');
    expect((await admin.call('GET', `${place}/sources`)).status).toBe(200);
  });
});
