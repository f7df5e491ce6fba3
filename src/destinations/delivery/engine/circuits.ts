import { Injectable, Logger } from '@nestjs/common';
import { Gauges } from '../../../metrics/gauges.js';
import { type ItemResult } from '../../contract/delivery-item.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { Circuit, type Pass } from './circuit.js';
import { Refusals } from './refusals.js';

interface Entry {
  readonly version: number;
  readonly type: string;
  readonly circuit: Circuit;
  readonly refusals: Refusals;
}

type Target = Pick<PreparedDestination, 'id' | 'version' | 'handler'>;

/** The circuits of this process, one per destination; each instance decides by its own calls. */
@Injectable()
export class Circuits {
  private readonly logger = new Logger(Circuits.name);
  private readonly entries = new Map<string, Entry>();

  constructor(gauges: Gauges) {
    gauges.addLabelled({
      name: 'tributary_circuits_open',
      help: 'Destinations with an open circuit, which receive probes only because their calls kept failing, by type.',
      label: 'type',
      read: () => this.openByType(),
    });
  }

  /** A changed destination gets a new circuit: the change may have repaired it. */
  of(destination: Target): Circuit {
    return this.entryOf(destination).circuit;
  }

  /** What the destination has refused since its last success; a changed destination starts anew. */
  refusalsOf(destination: Target): Refusals {
    return this.entryOf(destination).refusals;
  }

  private entryOf({ id, version, handler: { type } }: Target): Entry {
    const known = this.entries.get(id);
    if (known?.version === version) return known;
    const entry = { version, type, circuit: new Circuit(), refusals: new Refusals() };
    this.entries.set(id, entry);
    return entry;
  }

  /** Counts one call. It has failed when all of its items are to be retried. */
  record(destination: Target, pass: Pass, results: readonly ItemResult[], now: number): void {
    const [first] = results;
    // A stop cut the call off, so its result is unknown.
    if (first === undefined) return;
    const circuit = this.of(destination);
    const wasOpen = circuit.isOpen;
    const opensAtOnce = first.kind === 'retry' && first.opensCircuit === true;
    if (results.every(({ kind }) => kind === 'retry')) circuit.failed(pass, now, opensAtOnce);
    else circuit.succeeded();
    if (circuit.isOpen === wasOpen) return;
    const facts = { destination: destination.id, type: destination.handler.type };
    if (wasOpen) this.logger.log({ event: 'circuit.closed', ...facts });
    else
      this.logger.warn({
        event: 'circuit.opened',
        ...facts,
        ...('reason' in first && { reason: first.reason }),
      });
  }

  /** Forgets deleted destinations. */
  keepOnly(ids: ReadonlyMap<string, unknown>): void {
    for (const id of this.entries.keys()) if (!ids.has(id)) this.entries.delete(id);
  }

  private openByType(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { type, circuit } of this.entries.values())
      counts[type] = (counts[type] ?? 0) + (circuit.isOpen ? 1 : 0);
    return counts;
  }
}
