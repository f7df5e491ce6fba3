import { type StoredRecord } from '../../src/event-log/reader.js';
import { type Received } from './exchange.js';
import { type Case, casesOf, type Row, type Send } from './row.js';
import { ITEM, post } from './sends.js';
import { type Stage } from './stage.js';

/** What became of one case: its answers, and every record that the log got between its first request and its fence. */
export interface Outcome {
  readonly answers: readonly Received[];
  readonly events: readonly StoredRecord[];
  readonly rejected: readonly StoredRecord[];
  /** Set when a request got no answer. */
  readonly failure?: unknown;
}

const fence = (number: number): string => `fence-${number}`;

/** One event and one rejection in one append: whatever was sent before stands before them in the log. */
const fenceCall = (number: number): Send =>
  post('/v1/batch', {
    batch: [
      { ...ITEM, messageId: fence(number) },
      { ...ITEM, type: fence(number) },
    ],
  });

const isEventFence = ({ headers }: StoredRecord, number: number): boolean =>
  headers['messageId'] === fence(number);
const isRejectionFence = ({ value }: StoredRecord, number: number): boolean =>
  value.includes(`\\"type\\":\\"${fence(number)}\\"`);

/**
 * Sends the rows one after the other, each case followed by a fence, and reads the log once, at the end. The answer is what
 * became of each case of each row, by the row's id.
 */
export async function play(stage: Stage, rows: readonly Row[]): Promise<Map<string, Outcome[]>> {
  const scenes = rows.flatMap((row) => casesOf(row).map((scene) => ({ id: row.id, scene })));
  const sent: Pick<Outcome, 'answers' | 'failure'>[] = [];
  for (const [number, { scene }] of scenes.entries()) {
    sent.push(await sendAll(stage, scene));
    const { status } = await stage.send(fenceCall(number));
    if (status !== 200) throw new Error(`${fence(number)} was answered ${status}`);
  }
  const last = scenes.length - 1;
  const [events, rejected] = await Promise.all([
    stage.read('EVENTS_TOPIC', (record) => isEventFence(record, last)),
    stage.read('REJECTED_TOPIC', (record) => isRejectionFence(record, last)),
  ]);
  const eventsOf = split(events, isEventFence);
  const rejectedOf = split(rejected, isRejectionFence);
  const outcomes = new Map<string, Outcome[]>();
  for (const [number, { id }] of scenes.entries()) {
    const outcome = { ...sent[number]!, events: eventsOf[number]!, rejected: rejectedOf[number]! };
    outcomes.set(id, [...(outcomes.get(id) ?? []), outcome]);
  }
  return outcomes;
}

async function sendAll(stage: Stage, scene: Case): Promise<Pick<Outcome, 'answers' | 'failure'>> {
  const answers: Received[] = [];
  try {
    for (const send of [scene.send].flat()) answers.push(await stage.send(send, scene));
    return { answers };
  } catch (failure) {
    return { answers, failure };
  }
}

/** The records before the first fence, those between the first and the second, and so on. */
function split(
  records: readonly StoredRecord[],
  isFence: (record: StoredRecord, number: number) => boolean,
): StoredRecord[][] {
  const parts: StoredRecord[][] = [[]];
  for (const record of records) {
    if (isFence(record, parts.length - 1)) parts.push([]);
    else parts.at(-1)!.push(record);
  }
  return parts;
}
