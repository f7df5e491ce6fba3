import { hash } from 'node:crypto';
import { setImmediate as others } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { SecretBox } from '../../../secrets/secret-box.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { type DestinationRow } from './destination-rows.js';
import { prepareDestination, type DestinationSetup } from './prepare-destination.js';
import { Unusable } from './unusable.js';

/** For so many ms it works without a break: ten thousand rows that are new take two seconds. */
const SLICE_MS = 8;

/** What was made of a row; nothing when it cannot be used. */
interface Reading {
  /** Hash of what the row said. */
  readonly said: string;
  readonly prepared: DestinationSetup | undefined;
}

/**
 * Makes rows into what can be delivered to. One that is unusable is left out, and its events wait in the log. Every change of
 * the configuration reads all rows, so what a row said is remembered: only one that changed is opened, checked and told again.
 * In between others have their turn.
 */
@Injectable()
export class DestinationReader {
  private readonly logger = new Logger(DestinationReader.name);
  private readings: ReadonlyMap<string, Reading> = new Map();

  constructor(private readonly box: SecretBox) {}

  /** Not to be asked again before it has resolved. */
  async read(rows: readonly DestinationRow[]): Promise<PreparedDestination[]> {
    const readings = new Map<string, Reading>();
    let begun = performance.now();
    for (const row of rows) {
      readings.set(row.id, this.reading(row));
      if (performance.now() - begun < SLICE_MS) continue;
      await others();
      begun = performance.now();
    }
    this.readings = readings;
    return rows.flatMap((row) => {
      const prepared = readings.get(row.id)?.prepared;
      const { version, retryDelaysSeconds } = row;
      return prepared === undefined
        ? []
        : [{ ...prepared, version, retryDelaysSeconds, state: stateOf(row) }];
    });
  }

  private reading(row: DestinationRow): Reading {
    const { id, workspaceId, type, settings, secrets, connections } = row;
    const said = hash(
      'sha256',
      JSON.stringify([workspaceId, type, settings, secrets, connections]),
      'base64',
    );
    const known = this.readings.get(id);
    return known?.said === said ? known : { said, prepared: this.prepared(row) };
  }

  private prepared(row: DestinationRow): DestinationSetup | undefined {
    try {
      return prepareDestination(row, this.box);
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      const { reason, facts } = error;
      this.logger.error({
        event: 'destination.unusable',
        destination: row.id,
        type: row.type,
        reason,
        ...facts,
      });
      return undefined;
    }
  }
}

function stateOf({ paused, enabled }: DestinationRow): PreparedDestination['state'] {
  return paused ? 'paused' : enabled ? 'active' : 'disabled';
}
