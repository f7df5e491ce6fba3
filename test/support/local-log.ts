import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalLog } from '../../src/event-log/local/local-log.js';

const MIB = 1_048_576;

/** A local log in a temporary folder, which is removed when the log closes. */
class TemporaryLog extends LocalLog {
  constructor(private readonly directory: string) {
    super({ directory, retentionMs: 3_600_000, maxBytes: 512 * MIB, maxInFlightBytes: 64 * MIB });
  }

  override async close(): Promise<void> {
    await super.close();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** A started log; its caller closes it. */
export async function temporaryLog(): Promise<LocalLog> {
  const log = new TemporaryLog(await mkdtemp(join(tmpdir(), 'tributary-log-')));
  await log.start();
  return log;
}
