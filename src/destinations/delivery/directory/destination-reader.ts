import { hash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { yieldToEventLoop } from '../../../resilience/pauses.js';
import { SecretBox } from '../../../secrets/secret-box.js';
import { AllowedTypes } from '../../settings/allowed-types.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { type DestinationRow } from './destination-rows.js';
import { prepareDestination, type DestinationSetup, Unusable } from './prepare-destination.js';

/** Longest work without yielding to the event loop, in ms: ten thousand new rows take two seconds. */
const SLICE_MS = 8;

/** What was prepared from a row; nothing when it is unusable. */
interface Reading {
  /** Hash of the columns that it was prepared from. */
  readonly hash: string;
  readonly prepared: DestinationSetup | undefined;
}

/**
 * Prepares destinations from their rows. An unusable one is logged and left out; its events wait in the log. Every change of
 * the configuration reads all rows, so results are kept: only changed rows are decrypted, validated and logged again.
 */
@Injectable()
export class DestinationReader {
  private readonly logger = new Logger(DestinationReader.name);
  private readings: ReadonlyMap<string, Reading> = new Map();

  constructor(
    private readonly box: SecretBox,
    private readonly types: AllowedTypes,
  ) {}

  /** Calls must not overlap. */
  async read(rows: readonly DestinationRow[]): Promise<PreparedDestination[]> {
    const readings = new Map<string, Reading>();
    let since = performance.now();
    for (const row of rows) {
      readings.set(row.id, this.reading(row));
      if (performance.now() - since < SLICE_MS) continue;
      await yieldToEventLoop();
      since = performance.now();
    }
    this.readings = readings;
    return rows.flatMap((row) => {
      const prepared = readings.get(row.id)?.prepared;
      const { version, retryDelaysSeconds } = row;
      return prepared === undefined
        ? []
        : [{ ...prepared, version, retryDelaysSeconds, state: this.stateOf(row) }];
    });
  }

  private reading(row: DestinationRow): Reading {
    const { id, workspaceId, type, settings, secrets, connections } = row;
    const digest = hash(
      'sha256',
      JSON.stringify([workspaceId, type, settings, secrets, connections]),
      'base64',
    );
    const known = this.readings.get(id);
    return known?.hash === digest ? known : { hash: digest, prepared: this.prepared(row) };
  }

  /** A destination whose type the operator forbids keeps its events like a paused one. */
  private stateOf({ type, paused, enabled }: DestinationRow): PreparedDestination['state'] {
    if (paused || this.types.forbids(type)) return 'paused';
    return enabled ? 'active' : 'disabled';
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
