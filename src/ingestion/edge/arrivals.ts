import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config.js';

/** There is no memory left for a body that is still arriving; its sender may come again. */
export class TooManyArriving extends Error {
  override readonly name = 'TooManyArriving';
}

/** One body on its way. */
export interface Arrival {
  /** Takes so many more bytes of memory. */
  hold(bytes: number): void;
  /** It has arrived, or never will. */
  end(): void;
}

interface Held {
  bytes: number;
  readonly since: number;
  readonly giveUp: (reason: TooManyArriving) => void;
}

/**
 * The memory that all bodies together may hold while they arrive (DESIGN 5.11). When it is used up, the one is given up
 * that has held the most for the longest: whoever sits on memory makes room, and small and quick calls go on.
 */
@Injectable()
export class Arrivals {
  private readonly limit: number;
  private readonly bodies = new Set<Held>();
  private held = 0;

  constructor({ MAX_ARRIVING_MIB }: Config) {
    this.limit = MAX_ARRIVING_MIB * 1024 * 1024;
  }

  /** `giveUp` is called at most once, and not after the end. */
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
      const victim = this.mostCostly();
      this.end(victim);
      victim.giveUp(new TooManyArriving());
    }
  }

  private end(body: Held): void {
    if (this.bodies.delete(body)) this.held -= body.bytes;
  }

  private mostCostly(): Held {
    const now = performance.now();
    const cost = ({ bytes, since }: Held): number => bytes * (now - since);
    return [...this.bodies].reduce((most, body) => (cost(body) > cost(most) ? body : most));
  }
}
