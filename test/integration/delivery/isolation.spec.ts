import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryRig } from '../../support/delivery-rig.js';
import { eventually } from '../../support/eventually.js';
import { temporaryLog } from '../../support/local-log.js';
import { type Answer, type Receiver, startReceiver } from '../../support/receiver.js';

interface Message {
  readonly messageId: string;
  readonly userId: string;
}

const TEN = Array.from({ length: 10 }, (_, index) => `/failing-${index}`);
const USERS = ['u1', 'u2', 'u3', 'u4', 'u5'];
const OK: Answer = { status: 200 };

let rig: DeliveryRig;
let receiver: Receiver;
/** The events accepted for each destination, by the path of its address, in order. */
let accepted: Map<string, Message[]>;
let failing: Answer;

beforeEach(async () => {
  receiver = await startReceiver();
  rig = await DeliveryRig.prepare({}, await temporaryLog());
  accepted = new Map([...TEN, '/healthy'].map((path) => [path, []]));
  receiver.answer = ({ path, body }) => {
    const destination = path.replace('/v1/batch', '');
    const answer = destination === '/healthy' ? OK : failing;
    if (answer === OK) accepted.get(destination)?.push(...(JSON.parse(body) as { batch: Message[] }).batch);
    return answer;
  };
});
afterEach(async () => {
  await rig.dispose();
  await receiver.close();
});

async function publish(rounds: number): Promise<Message[]> {
  const sent: Message[] = [];
  for (let round = 0; round < rounds; round += 1)
    for (const userId of USERS) sent.push(...((await rig.publish(2, { userId })) as Message[]));
  return sent;
}

const byUser = (messages: readonly Message[]) =>
  USERS.map((user) => messages.filter(({ userId }) => userId === user).map(({ messageId }) => messageId));

describe('eleven destinations of one source, ten of which hang and then fail', () => {
  it('delivers everything to the eleventh meanwhile, and to each of the ten once it answers, in order per user', async () => {
    failing = 'hang';
    for (const path of [...TEN, '/healthy']) {
      const endpoint = `${receiver.url.slice(0, -1)}${path}`;
      await rig.destination('segment', { endpoint, writeKey: 'key' });
    }
    await rig.start();
    const sent = await publish(3);
    await eventually(() => expect(receiver.requests.length).toBeGreaterThan(TEN.length));
    sent.push(...(await publish(5)));
    await eventually(() => expect(byUser(accepted.get('/healthy')!)).toEqual(byUser(sent)));
    for (const path of TEN) expect(accepted.get(path)).toEqual([]);

    // The time limit ends hanging calls.
    failing = { status: 503 };
    await eventually(async () => expect((await rig.waiting()).length).toBeGreaterThan(TEN.length), 20_000);
    failing = OK;
    for (const path of TEN)
      await eventually(() => expect(byUser(accepted.get(path)!)).toEqual(byUser(sent)), 60_000);
    await eventually(async () => expect(await rig.waiting()).toEqual([]), 20_000);
    expect(await rig.sql('SELECT * FROM dead_letters')).toEqual([]);
  }, 120_000);
});
