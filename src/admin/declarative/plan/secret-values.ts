import { handlerOf } from '../../../destinations/settings/destination-types.js';
import { secretsOf } from '../../../destinations/contract/settings-marks.js';
import { settingNames } from '../../../destinations/settings/check-settings.js';
import { trimmedSettings } from '../../../destinations/settings/trimmed-settings.js';
import { type JsonObject } from '../../../events/event.js';
import { type DestinationEntryDto } from '../document/destination-entry.dto.js';

/** A secret setting that an entry refers to, and its value if the request has one. */
export interface SecretReference {
  readonly name: string;
  readonly reference: string;
  readonly value: unknown;
}

export function secretsIn({ secrets = {} }: DestinationEntryDto, values: JsonObject): SecretReference[] {
  return Object.entries(secrets).map(([name, { $secret }]) => ({
    name,
    reference: $secret,
    value: Object.hasOwn(values, $secret) ? values[$secret] : undefined,
  }));
}

/**
 * The change of settings that makes a stored destination equal to an entry. Null removes a setting, and has no effect on a new
 * destination. A secret that is referenced without a value is left out, so it keeps its stored value.
 */
export function settingsPatch(entry: DestinationEntryDto, values: JsonObject): JsonObject {
  const handler = handlerOf(entry.type);
  const names = handler === undefined ? [] : settingNames(handler);
  const secrets = secretsIn(entry, values);
  const absent = Object.fromEntries(names.map((name) => [name, null]));
  const patch = { ...absent, ...entry.settings };
  const kept = new Set(secrets.filter(({ value }) => value === undefined).map(({ name }) => name));
  const given = secrets.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]));
  const entries = Object.entries({ ...patch, ...Object.fromEntries(given) });
  return trimmedSettings(Object.fromEntries(entries.filter(([name]) => !kept.has(name))));
}

/** Names of the secret settings of a type. */
export function secretNames(type: string): string[] {
  const handler = handlerOf(type);
  return handler === undefined ? [] : [...secretsOf(handler.settings)];
}
