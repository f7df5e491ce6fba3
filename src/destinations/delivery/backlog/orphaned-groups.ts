import { Logger } from '@nestjs/common';
import { type Reader } from '../../../event-log/reader.js';
import { type DestinationDirectory } from '../directory/destination-directory.js';
import { destinationOfGroup } from '../model/prepared-destination.js';

/**
 * Deletes groups whose destination was deleted while no delivery ran: the local log would keep every record for them. Once per
 * process, because a running process deletes the group with the destination.
 */
export class OrphanedGroups {
  private readonly logger = new Logger(OrphanedGroups.name);
  private isDone = false;

  constructor(
    private readonly reader: Pick<Reader, 'ownGroups' | 'deleteGroup'>,
    private readonly directory: Pick<DestinationDirectory, 'existing' | 'isLoaded'>,
  ) {}

  /** Does nothing before the destinations are loaded. Rejects with LogUnavailable. */
  async delete(): Promise<void> {
    if (this.isDone || !this.directory.isLoaded) return;
    for (const group of await this.reader.ownGroups()) {
      const destination = destinationOfGroup(group);
      if (destination === undefined || this.directory.existing().has(destination)) continue;
      await this.reader.deleteGroup(group);
      this.logger.log({ event: 'consumer.group_deleted', destination });
    }
    this.isDone = true;
  }
}
