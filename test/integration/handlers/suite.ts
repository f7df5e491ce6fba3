import { Logger } from '@nestjs/common';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Outcome } from '../../../src/destinations/delivery/model/outcome.js';
import { type Terminal } from '../../../src/destinations/delivery/call/terminal.js';
import { type Handler, type HandlerLimits } from '../../../src/destinations/contract/handler.js';
import { type DestinationType } from '../../../src/destinations/handlers/index.js';
import { type CanonicalEvent } from '../../../src/events/event.js';
import { DeliveryRig } from '../../support/delivery-rig.js';
import { anEvent } from '../../support/events.js';
import { eventually } from '../../support/eventually.js';
import { type LineToServer } from '../../support/line-to-server.js';
import { deliveriesOf, Framework } from './framework.js';

/** A real receiver of a handler's events, empty at the start of every test. */
export interface Stage {
  /** Settings that reach the receiver, over a way that can be cut and can hang. */
  readonly settings: object;
  /** The same with credentials that the receiver refuses; left out where the type has none. */
  readonly refusedSettings?: object;
  /** Message ids that are at the receiver, with every double, read by a client of the test's own. */
  delivered(): Promise<readonly string[]>;
  /** Refuses connections and closes the present ones, as a server does that was killed; the three are left out without a server. */
  serverDown?(): Promise<unknown>;
  /** Accepts connections and says nothing. */
  serverHangs?(): unknown;
  /** Undoes both. */
  serverUp?(): Promise<unknown>;
  /** Where the type prints, if it does. */
  readonly terminal?: Terminal;
  /** Open connections of the handler; left out where nobody can count them. */
  connections?(): number;
  /** What makes an event that the receiver refuses; left out where there is none. */
  readonly poison?: Partial<CanonicalEvent>;
  /** `none`: what comes again is there once. `told`: it is there again, under the same message id. */
  readonly duplicates: 'none' | 'told';
  close(): Promise<unknown>;
}

const PARTS = ['server', 'poison', 'credentials'] as const;
type Part = (typeof PARTS)[number];

export interface Subject {
  readonly handler: Handler;
  /** Another one of the type, such as its settings; for the name of the suite. */
  readonly variant?: string;
  /** What its stage cannot have; tests about that are not made. */
  readonly without?: readonly Part[];
  start(): Promise<Stage>;
}

/** The part of a stage that a line in front of the receiver plays. */
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

const MANY = 1_000;
/** So few that calls which must fail do not open the circuit, even where each event is a call of its own. */
const FEW = 2;
const none = (): void => undefined;
const kindsOf = (outcomes: readonly Outcome[]) => [...new Set(outcomes.map(({ kind }) => kind))];
const idsOf = (events: readonly CanonicalEvent[]) => events.map(({ messageId }) => messageId).sort();
const events = (count: number) => Array.from({ length: count }, () => anEvent());

/** What every destination type must do, against its real receiver, driven by the parts that drive it in the product. */
export function describeHandler({ handler, variant, without = [], start }: Subject): void {
  const needing = (part: Part) => (without.includes(part) ? none : it);
  describe(`${handler.type}${variant === undefined ? '' : ` (${variant})`} at a real receiver`, () => {
    let stage: Stage;
    const open: Framework[] = [];
    const framework = (settings: object = stage.settings, limits: Partial<HandlerLimits> = {}) => {
      const made = new Framework(handler, settings, limits, undefined, stage.terminal);
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

    it('promises what becomes of an event that comes twice', async () => {
      const given = events(100);
      const first = framework();
      await first.attempt(deliveriesOf(given));
      expect(kindsOf(await first.attempt(deliveriesOf(given)))).toEqual(['delivered']);
      await first.close();
      const again = deliveriesOf([...given, ...given]);
      expect(kindsOf(await framework().attempt(again))).toEqual(['delivered']);
      const times = stage.duplicates === 'none' ? 1 : 4;
      expect(await arrived()).toEqual(
        Array.from({ length: times }, () => idsOf(given))
          .flat()
          .sort(),
      );
    });

    needing('server')('tries again when the server is away, and delivers when it is back', async () => {
      const one = framework();
      const before = events(1);
      await one.attempt(deliveriesOf(before));
      await stage.serverDown!();
      const given = deliveriesOf(events(FEW));
      expect(kindsOf(await one.attempt(given))).toEqual(['retry']);
      expect(kindsOf(await one.attempt(given))).toEqual(['retry']);
      await stage.serverUp!();
      await eventually(async () => expect(kindsOf(await one.attempt(given))).toEqual(['delivered']));
      const wanted = idsOf([...before, ...given.map(({ item }) => item.event)]);
      expect([...new Set(await arrived())]).toEqual(wanted);
    });

    needing('server')('gives reasons that are short codes', async () => {
      await stage.serverDown!();
      const [outcome] = await framework().attempt(deliveriesOf(events(1)));
      expect(outcome).toMatchObject({
        kind: 'retry',
        reason: expect.stringMatching(/^[A-Za-z0-9_]{3,60}$/) as unknown,
      });
    });

    needing('server')(
      'ends at the time limit when the server hangs, from the start and in between',
      async () => {
        const one = framework(stage.settings, { timeoutMs: 1_000 });
        const before = events(1);
        await eventually(async () =>
          expect(kindsOf(await one.attempt(deliveriesOf(before)))).toEqual(['delivered']),
        );
        stage.serverHangs!();
        const given = deliveriesOf(events(FEW));
        for (const anyone of [one, framework(stage.settings, { timeoutMs: 500 })]) {
          const outcomes = await anyone.attempt(given);
          expect(outcomes).toEqual(
            given.map(() => expect.objectContaining({ kind: 'retry', reason: 'timeout' }) as unknown),
          );
        }
        await stage.serverUp!();
        await eventually(async () => expect(kindsOf(await one.attempt(given))).toEqual(['delivered']));
        const wanted = idsOf([...before, ...given.map(({ item }) => item.event)]);
        expect([...new Set(await arrived())]).toEqual(wanted);
      },
    );

    needing('server')('ends at once when it is stopped, and leaves nothing behind that goes on', async () => {
      const one = framework(stage.settings, { timeoutMs: 60_000 });
      await one.attempt(deliveriesOf(events(1)));
      stage.serverHangs!();
      const stop = new AbortController();
      const calls = [one, framework()].map((each) => each.call(deliveriesOf(events(5)), stop.signal));
      setTimeout(() => stop.abort(), 100);
      expect(await Promise.all(calls)).toEqual([[], []]);
      // The pool that types without `open` share makes itself new connections in place of those that were cut off.
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

    const inTheWhole = PARTS.every((part) => without.includes(part)) ? none : describe;
    inTheWhole('within the whole delivery', () => {
      let rig: DeliveryRig;
      beforeEach(async () => {
        rig = await DeliveryRig.prepare();
      });
      afterEach(() => rig.dispose());
      const destination = (settings: object) => rig.destination(handler.type as DestinationType, settings);

      needing('poison')(
        'delivers 999 of a thousand events and makes one dead letter of the one that is refused',
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
        'pauses when the credentials are refused, loses nothing, and goes on with better ones',
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
          });
          expect(rig.position(id)).toBe(0);
          expect([await rig.waiting(), rig.deadLetters(), await arrived()]).toEqual([[], [], []]);
          await rig.sql('UPDATE destinations SET settings = $1, paused_at = NULL, pause_reason = NULL', [
            stage.settings,
          ]);
          await eventually(() => expect(rig.position(id)).toBe(20));
          expect([...new Set(await arrived())]).toEqual(idsOf(given));
        },
      );

      needing('server')('delivers what came while the server was away, without a person', async () => {
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
