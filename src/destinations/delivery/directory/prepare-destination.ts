import { validateSync } from 'class-validator';
import { isJsonObject, type JsonObject } from '../../../events/event.js';
import { type SecretBox } from '../../../secrets/secret-box.js';
import { DamagedSecret, UnknownSecretKey } from '../../../secrets/secret-errors.js';
import { handlerOf, handlerLimitsOf } from '../../settings/destination-types.js';
import { compileFilter, type EventTest, FilterUnreadable } from '../../filter/connection-filter.js';
import { settingsOf } from '../../settings/check-settings.js';
import { openSettings } from '../../settings/stored-settings.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { type DestinationRow } from './destination-rows.js';
import { Unusable } from './unusable.js';

/** What of a destination costs something to make, and stays one object while the row says the same of it. */
export type DestinationSetup = Omit<PreparedDestination, 'state' | 'version' | 'retryDelaysSeconds'>;

/** Opens, checks and compiles what a row says. Throws Unusable. */
export function prepareDestination(row: DestinationRow, box: SecretBox): DestinationSetup {
  const { id, workspaceId } = row;
  const handler = handlerOf(row.type);
  if (handler === undefined) throw new Unusable('unknown_type');
  if (!isJsonObject(row.settings)) throw new Unusable('invalid_settings');
  const settings = settingsOf(handler, opened(row, box));
  const faults = validateSync(settings, { forbidUnknownValues: false });
  if (faults.length > 0)
    throw new Unusable('invalid_settings', { properties: faults.map(({ property }) => property) });
  const filters = Object.entries(row.connections).map(
    ([source, filter]) => [source, testOf(source, filter)] as const,
  );
  return {
    id,
    workspaceId,
    handler,
    settings,
    limits: handlerLimitsOf(handler, settings),
    sources: new Map(filters),
  };
}

function opened(row: DestinationRow, box: SecretBox): JsonObject {
  try {
    return openSettings(box, row);
  } catch (error) {
    if (error instanceof UnknownSecretKey) throw new Unusable(error.code, { key: error.keyId });
    if (error instanceof DamagedSecret) throw new Unusable(error.code);
    throw error;
  }
}

function testOf(source: string, filter: unknown): EventTest {
  try {
    return compileFilter(filter);
  } catch (error) {
    if (error instanceof FilterUnreadable) throw new Unusable('invalid_filter', { source });
    throw error;
  }
}
