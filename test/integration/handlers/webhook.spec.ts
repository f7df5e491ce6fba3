import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { webhook } from '../../../src/destinations/handlers/webhook/webhook.handler.js';
import { type Handler } from '../../../src/destinations/contract/handler.js';
import { anEvent } from '../../support/events.js';
import { lineTo } from '../../support/line-to-server.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';
import { deliveriesOf, Framework } from './framework.js';
import { describeHandler, type Stage, throughLine } from './suite.js';

const POISON = 'refused by this receiver';

/** A receiver that responds 401 to another token, and 400 to a request with a poison event. */
async function start(batch: boolean): Promise<Stage> {
  const receiver = await startReceiver();
  receiver.answer = ({ headers, body }) => ({
    status: headers.authorization !== 'Bearer good' ? 401 : body.includes(POISON) ? 400 : 200,
  });
  const line = await lineTo('127.0.0.1', Number(new URL(receiver.url).port));
  const url = `http://127.0.0.1:${line.port}/`;
  const taken = () =>
    receiver.requests.filter(
      ({ headers, body }) => headers.authorization === 'Bearer good' && !body.includes(POISON),
    );
  return {
    settings: { url, batch, headers: { authorization: 'Bearer good' } },
    refusedSettings: { url, batch, headers: { authorization: 'Bearer bad' } },
    delivered: () => Promise.resolve(taken().flatMap(messageIdsOf)),
    ...throughLine(line),
    poison: { event: POISON },
    duplicates: 'told',
    close: async () => {
      await line.cut();
      await receiver.close();
    },
  };
}

function messageIdsOf({ body }: { readonly body: string }): string[] {
  return [JSON.parse(body) as { messageId: string } | { messageId: string }[]]
    .flat()
    .map(({ messageId }) => messageId);
}

const handler = webhook as Handler;
describeHandler({ handler, variant: 'one event per request', start: () => start(false) });
describeHandler({ handler, variant: 'batches', start: () => start(true) });

describe('webhook', () => {
  let receiver: Receiver;
  let framework: Framework | undefined;
  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(async () => {
    await framework?.close();
    await receiver.close();
  });
  const attempt = (settings: object, events = [anEvent()]) => {
    framework = new Framework(handler, { url: receiver.url, ...settings });
    return framework.attempt(deliveriesOf(events));
  };

  it('finds the event that is too large for the receiver, and sends the others in smaller requests', async () => {
    receiver.answer = ({ body }) => ({ status: body.length > 20_000 ? 413 : 200 });
    const events = Array.from({ length: 200 }, (_, n) =>
      anEvent({ properties: { large: 'x'.repeat(n === 77 ? 20_000 : 10) } }),
    );
    const outcomes = await attempt({ batch: true, maxItems: 200 }, events);
    const [large] = events.splice(77, 1);
    expect(outcomes.splice(77, 1)).toEqual([{ kind: 'dead', reason: 'http_413', status: 413 }]);
    expect(outcomes).toEqual(events.map(() => ({ kind: 'delivered' })));
    const taken = receiver.requests.filter(({ body }) => body.length <= 20_000).flatMap(messageIdsOf);
    expect(taken.sort()).toEqual(events.map(({ messageId }) => messageId).sort());
    expect(taken).not.toContain(large!.messageId);
  });

  it('sends at most maxItems events per request', async () => {
    const events = Array.from({ length: 25 }, () => anEvent());
    await attempt({ batch: true, maxItems: 10 }, events);
    const sizes = receiver.requests.map((request) => messageIdsOf(request).length);
    expect(sizes.sort((a, b) => a - b)).toEqual([5, 10, 10]);
  });

  it('waits timeoutSeconds for a response', async () => {
    receiver.answer = { status: 200, afterMs: 1_100 };
    expect(await attempt({ timeoutSeconds: 1 })).toMatchObject([{ kind: 'retry', reason: 'timeout' }]);
    await framework?.close();
    expect(await attempt({ timeoutSeconds: 2 })).toEqual([{ kind: 'delivered' }]);
  });

  it.each(['POST', 'PUT', 'PATCH'])(
    'can be verified with the new and the previous secret, by %s',
    async (method) => {
      const [secret, previousSecret, other] = [1, 2, 3].map(
        () => `whsec_${randomBytes(32).toString('base64')}`,
      );
      await attempt({ method, secret, previousSecret });
      const [request] = receiver.requests;
      expect(request).toMatchObject({ method, headers: { 'content-type': 'application/json' } });
      const verify = (known = '') =>
        new Webhook(known).verify(request!.body, request!.headers as Record<string, string>);
      expect(() => [verify(secret), verify(previousSecret)]).not.toThrow();
      expect(() => verify(other)).toThrow();
    },
  );
});
