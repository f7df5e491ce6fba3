import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { DestinationDirectory } from './destination-directory.js';
import { untilRecorded } from '../ledger/recording.js';

const PAUSE = `
  WITH paused AS (
    UPDATE destinations SET paused_at = now(), pause_reason = $3
    WHERE id = $1 AND version = $2 AND paused_at IS NULL
    RETURNING id
  )
  SELECT id FROM paused`;

/** Pauses a destination whose credentials were refused until an administrator has corrected them; its events are kept. */
@Injectable()
export class DestinationPauser {
  private readonly logger = new Logger(DestinationPauser.name);

  constructor(
    private readonly database: DataSource,
    private readonly directory: DestinationDirectory,
  ) {}

  /**
   * Pauses the version that the attempt was made with. Settings that an administrator has changed meanwhile are not paused:
   * the next attempt uses them.
   */
  async pause(destination: PreparedDestination, reason: string, signal: AbortSignal): Promise<void> {
    const { id, version } = destination;
    const paused = await untilRecorded('pause', id, signal, () =>
      this.database.query<unknown[]>(PAUSE, [id, version, reason]),
    );
    if (paused.length === 0) return;
    this.directory.markPaused(destination);
    this.logger.warn({ event: 'destination.paused', destination: id, reason });
  }
}
