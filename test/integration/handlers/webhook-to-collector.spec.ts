import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CanonicalEvent } from '../../../src/events/event.js';
import { segment } from '../../../src/destinations/handlers/segment/segment.handler.js';
import { webhook } from '../../../src/destinations/handlers/webhook/webhook.handler.js';
import { type Handler } from '../../../src/destinations/contract/handler.js';
import { type Ingestion, KEY, startIngestion, withKey } from '../../support/ingestion-app.js';
import { deliveriesOf, Framework } from './framework.js';

/** What a single call may have at most, in bytes. */
const LIMIT = 32_768;

let first: Ingestion;
let next: Ingestion;
beforeAll(async () => {
  [first, next] = [await startIngestion(), await startIngestion()];
});
afterAll(() => Promise.all([first.close(), next.close()]));

/** The event of a call just under the limit, which the fields of the first collector have made too large for the next one. */
async function grownEvent(): Promise<CanonicalEvent> {
  const call = (text: string) => JSON.stringify({ userId: 'u', event: 'grown', properties: { text } });
  const body = call('x'.repeat(LIMIT - call('').length - 1));
  const headers = { ...withKey(), 'content-type': 'application/json' };
  const { status } = await fetch(`${first.address}/v1/track`, { method: 'POST', headers, body });
  expect([status, body.length]).toEqual([200, LIMIT - 1]);
  return first.events().at(-1) as CanonicalEvent;
}

async function outcomeAt(handler: Handler, settings: object, event: CanonicalEvent) {
  const framework = new Framework(handler, settings);
  try {
    const [outcome] = await framework.attempt(deliveriesOf([event]));
    return outcome;
  } finally {
    await framework.close();
  }
}

const asWebhook = (path: string, batch: boolean) => ({
  url: `${next.address}${path}`,
  batch,
  headers: { authorization: `Basic ${Buffer.from(`${KEY}:`).toString('base64')}` },
});

describe('a call just under the limit that is forwarded to a second collector', () => {
  it('names the reason of that collector, by segment', async () => {
    const outcome = await outcomeAt(segment, { endpoint: next.address, writeKey: KEY }, await grownEvent());
    expect(outcome).toMatchObject({
      kind: 'dead',
      reason: 'rejected_event_too_large',
      answerCode: 'event_too_large',
    });
  });

  it.each([
    ['/v1/track', false, 'payload_too_large'],
    ['/v1/batch', true, 'invalid_json'],
    ['/v1/batch', false, 'empty_batch'],
  ])(
    'names the code of that collector, by a webhook to %s with batch: %s',
    async (path, batch, answerCode) => {
      const outcome = await outcomeAt(webhook, asWebhook(path, batch), await grownEvent());
      expect(outcome).toMatchObject({ kind: 'dead', reason: 'http_400', status: 400, answerCode });
    },
  );
});
