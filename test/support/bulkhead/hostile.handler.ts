import { pbkdf2 } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { IsIn, IsInt, IsOptional, IsString } from 'class-validator';
import { defineHandler } from '../../../src/destinations/contract/define-handler.js';
import { DeliveryError } from '../../../src/destinations/contract/delivery-error.js';
import { orAborted, withDeadline } from '../../../src/resilience/time-limit.js';

export const DEEDS = [
  'ok',
  'loop',
  'exit',
  'fill-heap',
  'fill-buffers',
  'throw-later',
  'threads',
  'hang',
  'reject',
  'facts',
] as const;

export class HostileSettings {
  /** What a call does. */
  @IsIn(DEEDS)
  readonly deed: (typeof DEEDS)[number] = 'ok';

  /** File that gets a line per open, close, call and abort. */
  @IsOptional()
  @IsString()
  readonly diary?: string;

  /** Server that `throw-later` connects to. */
  @IsOptional()
  @IsInt()
  readonly port?: number;
}

const kept: unknown[] = [];
const never = <T>() => new Promise<T>(() => undefined);

/** A type whose calls do what a client does that a hostile server has tricked. */
export const hostile = defineHandler({
  type: 'hostile',
  title: 'Hostile',
  settings: HostileSettings,
  isolated: true,
  limits: () => ({ maxItems: 100, concurrency: 4, ordering: 'per-user', timeoutMs: 20_000 }),
  open: ({ settings: { diary, deed, port } }) => {
    note(diary, 'open');
    // A listener outside every call, as a client has on its connection.
    if (deed === 'throw-later' && port !== undefined)
      createConnection(port, '127.0.0.1').on('data', () => {
        throw new RangeError('parsed too much');
      });
    return { close: () => note(diary, 'close') };
  },
  async deliver(items, { settings: { deed, diary }, signal }) {
    for (const { event } of items) note(diary, `call ${event.messageId}`);
    signal.addEventListener('abort', () => note(diary, 'abort'));
    const results = items.map(() => ({ kind: 'ok' as const }));
    switch (deed) {
      case 'loop':
        for (;;);
      case 'exit':
        process.exit(3);
      // eslint-disable-next-line no-fallthrough
      case 'fill-heap':
        for (;;) kept.push(Array.from({ length: 10_000 }, (_, index) => ({ index })));
      case 'fill-buffers':
        for (;;) {
          kept.push(Buffer.alloc(8_000_000, 1));
          await withDeadline(never(), 5);
        }
      case 'threads':
        for (let count = 0; count < 8; count += 1)
          pbkdf2('a', 'b', 2_147_483_647, 64, 'sha512', () => undefined);
        return orAborted(never(), signal);
      case 'hang':
        return orAborted(never(), signal);
      case 'reject':
        if (items.some(({ event }) => event.type === 'track' && event.event === 'bad'))
          throw new DeliveryError({ kind: 'reject', reason: 'bad_event' });
        return results;
      case 'facts':
        throw new DeliveryError({
          kind: 'reject',
          reason: JSON.stringify({ pid: process.pid, env: Object.keys(process.env), argv: process.argv }),
        });
      case 'throw-later':
      case 'ok':
        return results;
    }
  },
});

function note(diary: string | undefined, line: string): void {
  if (diary !== undefined) appendFileSync(diary, `${line}\n`);
}
