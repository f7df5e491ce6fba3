import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';

/** The memory for arriving bodies is used up; the sender may send the call again. */
export class TooManyArriving extends Error {
  override readonly name = 'TooManyArriving';
}

/** One arriving body. */
export interface Arrival {
  /** Counts further bytes of memory. */
  hold(bytes: number): void;
  /** The body has arrived, or is given up; frees its memory. */
  end(): void;
}

interface Held {
  bytes: number;
  readonly since: number;
  readonly giveUp: (reason: TooManyArriving) => void;
}

/**
 * Bounds the memory of all bodies that are arriving (DESIGN 5.11). When it is used up, the body with the largest product of
 * bytes and time is given up: slow and large bodies make room for small and quick calls.
 */
@Injectable()
export class Arrivals {
  private readonly limit: number;
  private readonly bodies = new Set<Held>();
  private held = 0;

  constructor({ MAX_ARRIVING_MIB }: Config) {
    this.limit = MAX_ARRIVING_MIB * 1024 * 1024;
  }

  /** `giveUp` is called at most once, and never after `end`. */
  begin(giveUp: (reason: TooManyArriving) => void): Arrival {
    const body: Held = { bytes: 0, since: performance.now(), giveUp };
    this.bodies.add(body);
    return {
      hold: (bytes) => this.hold(body, bytes),
      end: () => this.end(body),
    };
  }

  private hold(body: Held, bytes: number): void {
    if (!this.bodies.has(body)) return;
    body.bytes += bytes;
    this.held += bytes;
    while (this.held > this.limit) {
      const victim = this.costliest();
      this.end(victim);
      victim.giveUp(new TooManyArriving());
    }
  }

  private end(body: Held): void {
    if (this.bodies.delete(body)) this.held -= body.bytes;
  }

  private costliest(): Held {
    const now = performance.now();
    const cost = ({ bytes, since }: Held): number => bytes * (now - since);
    return [...this.bodies].reduce((max, body) => (cost(body) > cost(max) ? body : max));
  }
}
