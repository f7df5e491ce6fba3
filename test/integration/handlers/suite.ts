import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Outcome } from '../../../src/destinations/delivery/model/outcome.js';
import { type Terminal } from '../../../src/destinations/delivery/call/terminal.js';
import { type Handler, type HandlerLimits } from '../../../src/destinations/contract/handler.js';
import { type DestinationType } from '../../../src/destinations/handlers/index.js';
import { type CanonicalEvent } from '../../../src/events/event.js';
import { stringifyJson } from '../../../src/events/exact-json.js';
import { DeliveryRig } from '../../support/delivery-rig.js';
import { anEvent } from '../../support/events.js';
import { eventually } from '../../support/eventually.js';
import { oddEvents } from '../../support/odd-events.js';
import { type LineToServer } from '../../support/line-to-server.js';
import { deliveriesOf, Framework } from './framework.js';

/** A real receiver of a handler's events, empty at the start of every test. */
export interface Stage {
  /** Settings that reach the receiver through a connection that the test can cut and stall. */
  readonly settings: object;
  /** The same with credentials that the receiver refuses; absent where the type has none. */
  readonly refusedSettings?: object;
  /** Message ids at the receiver, with duplicates, read by a separate client. */
  delivered(): Promise<readonly string[]>;
  /** Refuses connections and closes the open ones, like a killed server. This and the next two are absent without a server. */
  serverDown?(): Promise<unknown>;
  /** Accepts connections and never responds. */
  serverHangs?(): unknown;
  /** Undoes both. */
  serverUp?(): Promise<unknown>;
  /** Terminal of a type that prints. */
  readonly terminal?: Terminal;
  /** Number of open connections of the handler; absent where they cannot be counted. */
  connections?(): number;
  /** Fields of an event that the receiver refuses; absent where it refuses none. */
  readonly poison?: Partial<CanonicalEvent>;
  /** `none`: an event that is delivered again is stored once. `told`: it is stored again under the same message id. */
  readonly duplicates: 'none' | 'told';
  close(): Promise<unknown>;
}

const PARTS = ['server', 'poison', 'credentials'] as const;
type Part = (typeof PARTS)[number];

export interface Subject {
  readonly handler: Handler;
  /** Settings of this run, for the name of the suite. */
  readonly variant?: string;
  /** Parts that the stage of this type lacks; the suite omits their tests. */
  readonly without?: readonly Part[];
  start(): Promise<Stage>;
}

/** The part of a stage that a line in front of the receiver provides. */
export function throughLine(
  line: LineToServer,
): Required<Pick<Stage, 'serverDown' | 'serverHangs' | 'serverUp' | 'connections'>> {
  return {
    serverDown: () => line.cut(),
    serverHangs: () => line.hang(),
    serverUp: () => line.mend(),
    connections: () => line.connections(),
  };
}

const processes = 2;
const MANY = 1_000;
/** So few that failing calls do not open the circuit, even with one call per event. */
const FEW = 2;
const ODD_BATCHES = 40;
const none = (): void => undefined;
const kindsOf = (outcomes: readonly Outcome[]) => [...new Set(outcomes.map(({ kind }) => kind))];
const idsOf = (events: readonly CanonicalEvent[]) => events.map(({ messageId }) => messageId).sort();
const events = (count: number) => Array.from({ length: count }, () => anEvent());
/** Of different users: where the type keeps their order, a further event of one user waits behind a failed one untried. */
const few = () => Array.from({ length: FEW }, (_, n) => anEvent({ userId: `user-${n}` }));

/** The behaviour of every destination type, at its real receiver, called by the parts that call it in the product. */
export function describeHandler({ handler, variant, without = [], start }: Subject): void {
  const needing = (part: Part) => (without.includes(part) ? none : it);
  describe(`${handler.type}${variant === undefined ? '' : ` (${variant})`} at a real receiver`, () => {
    let stage: Stage;
    const open: Framework[] = [];
    const framework = (settings: object = stage.settings, limits: Partial<HandlerLimits> = {}) => {
      const made = new Framework(handler, settings, limits, undefined, stage.terminal, processes);
      open.push(made);
      return made;
    };
    const arrived = async () => [...(await stage.delivered())].sort();

    beforeAll(() => Logger.overrideLogger(false));
    beforeEach(async () => {
      stage = await start();
    });
    afterEach(async () => {
      await Promise.all(open.splice(0).map((one) => one.close()));
      await stage.close();
    });

    it('delivers one event', async () => {
      const given = events(1);
      expect(await framework().attempt(deliveriesOf(given))).toEqual([{ kind: 'delivered' }]);
      expect(await arrived()).toEqual(idsOf(given));
    });

    it('delivers a thousand events, of one user and of many', async () => {
      const given = [
        ...events(MANY),
        ...Array.from({ length: MANY }, (_, n) => anEvent({ userId: `user-${n % 50}` })),
      ];
      expect(kindsOf(await framework().attempt(deliveriesOf(given)))).toEqual(['delivered']);
      expect(await arrived()).toEqual(idsOf(given));
    });

    it('handles an event that is delivered twice as it documents', async () => {
      const given = events(100);
      const first = framework();
      await first.attempt(deliveriesOf(given));
      expect(kindsOf(await first.attempt(deliveriesOf(given)))).toEqual(['delivered']);
      await first.close();
      const repeated = deliveriesOf([...given, ...given]);
      expect(kindsOf(await framework().attempt(repeated))).toEqual(['delivered']);
      const times = stage.duplicates === 'none' ? 1 : 4;
      expect(await arrived()).toEqual(
        Array.from({ length: times }, () => idsOf(given))
          .flat()
          .sort(),
      );
    });

    it('stores every event that normalization lets through, whatever its texts, numbers and times', async () => {
      const one = framework();
      const tracks: string[] = [];
      const property = fc.asyncProperty(oddEvents, async (given) => {
        const outcomes = await one.attempt(deliveriesOf(given, stringifyJson));
        expect(outcomes).toEqual(given.map(() => ({ kind: 'delivered' })));
        tracks.push(...idsOf(given.filter(({ type }) => type === 'track')));
      });
      await fc.assert(property, { numRuns: ODD_BATCHES });
      expect([...new Set(await arrived())]).toEqual(expect.arrayContaining(tracks));
    });

    needing('server')('retries while the server is unavailable, and delivers when it is back', async () => {
      const one = framework();
      const before = events(1);
      await one.attempt(deliveriesOf(before));
      await stage.serverDown!();
      const given = deliveriesOf(few());
      expect(kindsOf(await one.attempt(given))).toEqual(['retry']);
      expect(kindsOf(await one.attempt(given))).toEqual(['retry']);
      await stage.serverUp!();
      await eventually(async () => expect(kindsOf(await one.attempt(given))).toEqual(['delivered']));
      const expected = idsOf([...before, ...given.map(({ item }) => item.event)]);
      expect([...new Set(await arrived())]).toEqual(expected);
    });

    needing('server')('gives reasons that are short codes', async () => {
      await stage.serverDown!();
      const [outcome] = await framework().attempt(deliveriesOf(events(1)));
      expect(outcome).toMatchObject({
        kind: 'retry',
        reason: expect.stringMatching(/^[A-Za-z0-9_]{3,60}$/) as unknown,
      });
    });

    needing('server')('ends at the time limit when the server hangs, from the start or later', async () => {
      const one = framework(stage.settings, { timeoutMs: 1_000 });
      const before = events(1);
      await eventually(async () =>
        expect(kindsOf(await one.attempt(deliveriesOf(before)))).toEqual(['delivered']),
      );
      stage.serverHangs!();
      const given = deliveriesOf(few());
      for (const each of [one, framework(stage.settings, { timeoutMs: 500 })]) {
        const outcomes = await each.attempt(given);
        expect(outcomes).toEqual(
          given.map(() => expect.objectContaining({ kind: 'retry', reason: 'timeout' }) as unknown),
        );
      }
      await stage.serverUp!();
      await eventually(async () => expect(kindsOf(await one.attempt(given))).toEqual(['delivered']));
      const expected = idsOf([...before, ...given.map(({ item }) => item.event)]);
      expect([...new Set(await arrived())]).toEqual(expected);
    });

    needing('server')('ends at once when it is stopped, and leaves no connection open', async () => {
      const one = framework(stage.settings, { timeoutMs: 60_000 });
      await one.attempt(deliveriesOf(events(1)));
      stage.serverHangs!();
      const stop = new AbortController();
      const calls = [one, framework()].map((each) => each.call(deliveriesOf(events(5)), stop.signal));
      setTimeout(() => stop.abort(), 100);
      expect(await Promise.all(calls)).toEqual([[], []]);
      // Types without `open` share a pool, which replaces the aborted connections.
      if (stage.connections && handler.open) await eventually(() => expect(stage.connections?.()).toBe(0));
    });

    it('leaves no connection open when it is closed, not even to a server that hangs', async () => {
      const one = framework();
      await one.attempt(deliveriesOf(events(10)));
      await one.close();
      if (stage.connections) await eventually(() => expect(stage.connections?.()).toBe(0));
      const other = framework();
      await other.attempt(deliveriesOf(events(10)));
      stage.serverHangs?.();
      await other.close();
      if (stage.connections) await eventually(() => expect(stage.connections?.()).toBe(0));
    });

    const inTheProduct = PARTS.every((part) => without.includes(part)) ? none : describe;
    inTheProduct('in the whole delivery', () => {
      let rig: DeliveryRig;
      beforeEach(async () => {
        rig = await DeliveryRig.prepare();
      });
      afterEach(() => rig.dispose());
      const destination = (settings: object) => rig.destination(handler.type as DestinationType, settings);

      needing('poison')(
        'delivers 999 of a thousand events, and makes the refused one a dead letter',
        async () => {
          const id = await destination(stage.settings);
          await rig.start();
          const good = await rig.publish(500);
          const [bad] = await rig.publish(1, stage.poison);
          good.push(...(await rig.publish(499)));
          await eventually(() => expect(rig.position(id)).toBe(MANY), 30_000);
          await eventually(async () => expect(await rig.waiting()).toEqual([]), 30_000);
          expect(await arrived()).toEqual(idsOf(good));
          expect(rig.deadLetters()).toMatchObject([
            { value: { event: { messageId: bad!.messageId }, attempts: 1 } },
          ]);
        },
      );

      needing('credentials')(
        'pauses when the credentials are refused, loses no event, and continues with valid ones',
        async () => {
          const id = await destination(stage.refusedSettings!);
          await rig.start();
          const given = await rig.publish(20);
          await eventually(async () => {
            const [row] = await rig.sql('SELECT paused_at, pause_reason FROM destinations');
            expect(row).toMatchObject({
              paused_at: expect.any(Date) as unknown,
              pause_reason: expect.stringMatching(/^[A-Za-z0-9_]{3,60}$/) as unknown,
            });
          }, 30_000);
          expect(rig.position(id)).toBe(0);
          expect([await rig.waiting(), rig.deadLetters(), await arrived()]).toEqual([[], [], []]);
          await rig.sql('UPDATE destinations SET settings = $1, paused_at = NULL, pause_reason = NULL', [
            stage.settings,
          ]);
          await eventually(() => expect(rig.position(id)).toBe(20), 30_000);
          expect([...new Set(await arrived())]).toEqual(idsOf(given));
        },
      );

      needing('server')('delivers the events of an outage without an administrator', async () => {
        const id = await destination(stage.settings);
        await rig.start();
        await stage.serverDown!();
        const given = await rig.publish(20);
        await eventually(() => expect(rig.position(id)).toBe(20), 30_000);
        expect(await rig.waiting()).toHaveLength(20);
        await stage.serverUp!();
        await eventually(async () => expect(await rig.waiting()).toEqual([]), 30_000);
        expect([...new Set(await arrived())]).toEqual(idsOf(given));
        expect(rig.deadLetters()).toEqual([]);
      });
    });
  });
}
