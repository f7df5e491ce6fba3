import { type Run } from './moody-receiver.js';
import { type Durable, type Place } from './witness.js';

/** How a run of the worker ended, and what was durable then. */
export interface Kill {
  readonly run: Run;
  readonly durable: Durable;
}

interface Seen {
  readonly runs: readonly Run[];
  readonly kills: readonly Kill[];
  /** Every record of the events topic. */
  readonly events: readonly { readonly id: string; readonly place: Place }[];
}

/** Who got which event how often, and which kill a double comes from. */
export class Account {
  /** Message ids that were taken at least once. */
  readonly delivered: ReadonlySet<string>;
  /** Times that an event was taken beyond the first. */
  readonly doubles: number;
  /** For each kill, how many events were in flight, and how many doubles come from that. */
  readonly kills: readonly { readonly inFlight: number; readonly doubles: number }[];
  /** Message ids of doubles that come from no kill, nor from an event that is on the topic twice. */
  readonly unexplained: readonly string[];

  constructor({ runs, kills, events }: Seen) {
    const times = counted(runs.flatMap(({ taken }) => taken));
    const records = counted(events.map(({ id }) => id));
    const places = new Map(events.map(({ id, place }) => [id, place]));
    const inFlight = kills.map((kill) => inFlightAt(kill, places));
    const causes = kills.map(() => 0);
    const unexplained: string[] = [];
    let doubles = 0;
    for (const [id, count] of times) {
      doubles += count - 1;
      let open = count - records.get(id)!;
      // A kill makes at most one double of an event: the one that comes again because nobody knew.
      for (const [index, ids] of inFlight.entries()) {
        if (open <= 0 || !ids.has(id)) continue;
        causes[index]! += 1;
        open -= 1;
      }
      if (open > 0) unexplained.push(id);
    }
    this.delivered = new Set(times.keys());
    this.doubles = doubles;
    this.unexplained = unexplained;
    this.kills = inFlight.map(({ size }, index) => ({ inFlight: size, doubles: causes[index]! }));
  }
}

/**
 * What was in flight when the worker was killed, by message id: what it had brought to the receiver although the group's
 * position was not past it, and what the receiver had taken of it although its row still said that it waits.
 */
function inFlightAt({ run, durable }: Kill, places: ReadonlyMap<string, Place>): Set<string> {
  const found = new Set<string>();
  for (const id of run.brought) {
    const { partition, offset } = places.get(id)!;
    if (offset >= durable.positions.get(partition)!) found.add(id);
  }
  for (const id of run.taken) if (durable.waiting.has(id)) found.add(id);
  return found;
}

function counted(ids: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}
