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

/** A destination that cannot receive deliveries as it is stored; its events wait. `facts` are for the log and hold no value. */
export class Unusable extends Error {
  override readonly name = 'Unusable';
  constructor(
    readonly reason:
      'unknown_type' | 'invalid_settings' | 'invalid_filter' | 'secret_key_unknown' | 'secret_damaged',
    readonly facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(reason);
  }
}

/** The costly part of a destination, which is one object as long as these columns of the row do not change. */
export type DestinationSetup = Omit<PreparedDestination, 'state' | 'version' | 'retryDelaysSeconds'>;

/** Decrypts the settings of a row, validates them and compiles the filters. Throws Unusable. */
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
