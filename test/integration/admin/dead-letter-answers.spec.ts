import { type DataSourceOptions } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DeadLetterDto } from '../../../src/admin/dead-letters/dead-letter.dto.js';
import { type Page } from '../../../src/admin/paging/page.js';
import { newId } from '../../../src/database/new-id.js';
import { type Admin, startAdmin } from '../../support/admin-app.js';
import { DeliveryRig } from '../../support/delivery-rig.js';
import { eventually } from '../../support/eventually.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';

const SECRET = 's3cret-token';

let admin: Admin;
let rig: DeliveryRig;
let receiver: Receiver;
beforeAll(async () => {
  admin = await startAdmin();
});
afterAll(() => admin.close());
beforeEach(async () => {
  receiver = await startReceiver();
  // Delivers from the database that the administration reads.
  const { url } = admin.dataSource.options as DataSourceOptions & { readonly url: string };
  rig = await DeliveryRig.prepare({ DATABASE_URL: url });
});
afterEach(async () => {
  await rig.dispose();
  await receiver.close();
});

/** The dead letter of an event that a webhook did not deliver, as a viewer of the workspace and as an instance admin see it. */
async function deadLetter(): Promise<{ viewed: DeadLetterDto; whole: DeadLetterDto }> {
  const headers = { authorization: `Bearer ${SECRET}` };
  const id = await rig.destination('webhook', { url: receiver.url, headers });
  // One retry, at once.
  await rig.sql(`UPDATE destinations SET retry_delays_seconds = '{0}' WHERE id = $1`, [id]);
  await rig.start();
  await rig.publish(1);
  const rows = () => rig.sql<{ id: string }>('SELECT id FROM dead_letters WHERE destination_id = $1', [id]);
  await eventually(async () => expect(await rows()).toHaveLength(1), 20_000);
  const [found] = await rig.sql<{ workspace: string }>(
    'SELECT workspace_id AS workspace FROM destinations WHERE id = $1',
    [id],
  );
  const viewer = await admin.addToken(newId('tok'), 'workspace-viewer', found!.workspace);
  const at = `/workspaces/${found!.workspace}/destinations/${id}/dead-letters`;
  const [viewed, whole] = [await seenBy(at, { token: viewer }), await seenBy(at)];
  return { viewed, whole };
}

/** The only dead letter of the list. Read alone it is the same. */
async function seenBy(at: string, options: { readonly token?: string } = {}): Promise<DeadLetterDto> {
  const { body } = await admin.call<Page<DeadLetterDto>>('GET', at, undefined, options);
  const [listed] = body.data;
  const { body: read } = await admin.call<DeadLetterDto>('GET', `${at}/${listed!.id}`, undefined, options);
  expect(read).toMatchObject(listed!);
  expect('answerMessage' in read).toBe('answerMessage' in listed!);
  return listed!;
}

describe('the answer to a dead letter', () => {
  it('is a code for the workspace, and cleaned words for instance admins', async () => {
    const body = `{"code":"bad_plan","message":"no \\u0007plan\\u0000 for ${SECRET}"}`;
    receiver.answer = { status: 400, body };
    const { viewed, whole } = await deadLetter();
    expect(viewed).toMatchObject({ reason: 'http_400', lastStatus: 400, answerCode: 'bad_plan' });
    expect(viewed).not.toHaveProperty('answerMessage');
    expect(whole).toMatchObject({ answerCode: 'bad_plan', answerMessage: 'bad_plan: no plan for ***' });
  });

  it('has no code where the receiver names none, and never one with a secret', async () => {
    receiver.answer = { status: 400, body: JSON.stringify({ code: `no_plan_for_${SECRET}` }) };
    const { viewed, whole } = await deadLetter();
    expect(viewed).toMatchObject({ reason: 'http_400', answerCode: null });
    expect(whole).toMatchObject({ answerCode: null, answerMessage: 'no_plan_for_***' });
  });

  it('is that of the last attempt, at the end of the retry window', async () => {
    receiver.answer = () => ({
      status: 503,
      body: JSON.stringify({ code: 'busy', message: `attempt ${receiver.requests.length}` }),
    });
    const { viewed, whole } = await deadLetter();
    expect(viewed).toMatchObject({ attempts: 2, reason: 'http_503', answerCode: 'busy' });
    expect(whole).toMatchObject({ answerMessage: 'busy: attempt 2' });
  });

  it('is null for a receiver that says nothing', async () => {
    receiver.answer = { status: 400 };
    const { viewed, whole } = await deadLetter();
    expect([viewed.answerCode, whole.answerMessage]).toEqual([null, null]);
  });
});
