import { type Destination } from '../../database/entities/destination.entity.js';
import { TYPE_NOT_ALLOWED } from '../../destinations/settings/allowed-types.js';
import { type ShownSettings } from '../../destinations/settings/stored-settings.js';
import { type DestinationDto } from './destination.dto.js';

/**
 * A destination as the API and the audit log show it: of its secrets, only the names. One whose type the operator forbids is
 * shown as paused since its last change.
 */
export function destinationView(
  row: Destination,
  shown: ShownSettings,
  isForbidden: boolean,
): DestinationDto {
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
  const own = pausedAt && { at: pausedAt, reason: pauseReason ?? '' };
  const paused = isForbidden ? { at: pausedAt ?? updatedAt, reason: TYPE_NOT_ALLOWED } : own;
  return {
    id,
    type,
    name,
    enabled,
    state: paused ? 'paused' : enabled ? 'active' : 'disabled',
    paused,
    retryDelaysSeconds,
    settings,
    secretsSet: [...secretsSet],
    ...(secretsProblem !== undefined && { secretsProblem }),
    createdAt,
    updatedAt,
    version,
  };
}
