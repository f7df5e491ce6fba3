import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DestinationDirectory } from './destination-directory.js';
import { persist } from './persist.js';

/** Stops a destination whose credentials are refused, until a person has mended them; its events stay where they are. */
@Injectable()
export class DestinationPauser {
  private readonly log = new Logger(DestinationPauser.name);

  constructor(
    private readonly database: DataSource,
    private readonly directory: DestinationDirectory,
  ) {}

  async pause(id: string, reason: string, signal: AbortSignal): Promise<void> {
    await persist('pause', id, signal, () =>
      this.database.query(
        'UPDATE destinations SET paused_at = now(), pause_reason = $2 WHERE id = $1 AND paused_at IS NULL',
        [id, reason],
      ),
    );
    this.directory.markPaused(id);
    this.log.warn({ event: 'destination.paused', destination: id, reason });
  }
}
