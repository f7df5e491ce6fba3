import { type Destination } from '../../database/entities/destination.entity.js';
import { type ShownSettings } from '../../destinations/settings/stored-settings.js';
import { type DestinationDto } from './destination.dto.js';

/** A destination as the API and the audit log show it: of its secrets, only the names. */
export function destinationView(row: Destination, shown: ShownSettings): DestinationDto {
  const {
    id,
    type,
    name,
    enabled,
    pausedAt,
    pauseReason,
    retryDelaysSeconds,
    createdAt,
    updatedAt,
    version,
  } = row;
  const { settings, secretsSet, secretsProblem } = shown;
  return {
    id,
    type,
    name,
    enabled,
    state: pausedAt ? 'paused' : enabled ? 'active' : 'disabled',
    paused: pausedAt && { at: pausedAt, reason: pauseReason ?? '' },
    retryDelaysSeconds,
    settings,
    secretsSet: [...secretsSet],
    ...(secretsProblem !== undefined && { secretsProblem }),
    createdAt,
    updatedAt,
    version,
  };
}
