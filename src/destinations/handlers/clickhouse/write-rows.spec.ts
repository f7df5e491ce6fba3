import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anEvent } from '../../../../test/support/events.js';
import { type Receiver, startReceiver } from '../../../../test/support/receiver.js';
import { AddressGuard } from '../../outgoing/address-guard.js';
import { GuardedNetwork } from '../../outgoing/guarded-network.js';
import { ClickHouseClient } from './clickhouse.client.js';
import { clickHouseFailure } from './clickhouse.failure.js';
import { ClickHouseSettings } from './clickhouse.settings.js';
import { writeTable } from './write-rows.js';

const event = anEvent();
const items = [{ event, json: JSON.stringify(event), attempt: 1 }];

/** Refusals that the engine of the integration tests cannot give, because it knows no grants. */
describe('a ClickHouse that lacks a column and refuses ALTER TABLE', () => {
  let receiver: Receiver;
  let client: ClickHouseClient;
  beforeEach(async () => {
    receiver = await startReceiver();
    const settings = Object.assign(new ClickHouseSettings(), { url: receiver.url });
    client = new ClickHouseClient(settings, new GuardedNetwork(new AddressGuard(['127.0.0.0/8'])));
  });
  afterEach(async () => {
    await client.close();
    await receiver.close();
  });

  async function resultAfter(alterCode: number) {
    receiver.answer = ({ path }) => {
      const code = path.includes('INSERT') ? 16 : alterCode;
      return { status: 500, headers: { 'X-ClickHouse-Exception-Code': String(code) }, body: 'x' };
    };
    const write = { table: 't', items, mayCreate: true };
    const writing = writeTable(client, write, new AbortController().signal);
    return writing.catch((error: unknown) => clickHouseFailure(error).result);
  }

  it.each([
    ['for lack of rights', 497],
    ['in a session that is read-only', 164],
    ['for its engine', 48],
  ])('pauses the destination %s', async (_, code) => {
    expect(await resultAfter(code)).toEqual({ kind: 'auth', reason: 'missing_column' });
    expect(receiver.requests).toHaveLength(2);
  });

  it.each([
    ['it has no memory', 241, 'clickhouse_241'],
    ['another ALTER TABLE is in progress', 517, 'clickhouse_517'],
  ])('is retried while %s', async (_, code, reason) => {
    expect(await resultAfter(code)).toMatchObject({ kind: 'retry', reason });
  });
});
