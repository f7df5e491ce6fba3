import { type Destination } from '../../../database/entities/destination.entity.js';
import { handlerOf } from '../../../destinations/settings/destination-types.js';
import { checkSettings } from '../../../destinations/settings/check-settings.js';
import { type JsonObject } from '../../../events/event.js';
import { mapInTurns } from '../../../resilience/map-in-turns.js';
import { forbiddenType } from '../../destinations/settings-problems.js';
import { type ProblemPart } from '../../problems/problem.js';
import { placed } from './document-faults.js';
import { type DestinationPair } from './plan.js';
import { secretNames, secretsIn, settingsPatch } from './secret-values.js';

/** New destinations of a type that the operator does not allow. Those that exist stay, and keep their events. */
export const forbiddenTypes = (
  pairs: readonly DestinationPair[],
  isForbidden: (type: string) => boolean,
): ProblemPart[] =>
  pairs.flatMap(({ entry: { type }, pointer, row }) =>
    row === undefined && isForbidden(type) ? [forbiddenType(`${pointer}/type`, type)] : [],
  );

/** Faults in a document's destinations. `storedSecrets` names the secrets that a row has. */
export async function destinationFaults(
  pairs: readonly DestinationPair[],
  values: JsonObject,
  storedSecrets: (row: Destination) => readonly string[],
): Promise<ProblemPart[]> {
  const faults = await mapInTurns(pairs, (pair): ProblemPart[] => {
    const { entry, pointer, row } = pair;
    if (row !== undefined && row.type !== entry.type) {
      const detail = `${entry.name} is a ${row.type}, and the type of a destination cannot change: create another one`;
      return [{ pointer: `${pointer}/type`, detail }];
    }
    const stored = row === undefined ? [] : storedSecrets(row);
    return [...secretFaults(pair, values, stored), ...settingsFaults(pair, values)];
  });
  return faults.flat();
}

function secretFaults(
  { entry, pointer }: DestinationPair,
  values: JsonObject,
  stored: readonly string[],
): ProblemPart[] {
  const names = secretNames(entry.type);
  return secretsIn(entry, values).flatMap(({ name, reference, value }) => {
    const place = placed(`${pointer}/secrets`, name);
    if (!names.includes(name))
      return [{ pointer: place, detail: `${entry.type} has no secret setting ${name}` }];
    if (value !== undefined || stored.includes(name)) return [];
    const detail = `No value is stored for ${name}: send the value of ${reference} in secrets, beside the document`;
    return [{ pointer: place, detail }];
  });
}

/** Skips secrets that keep their stored value: they were validated when they were stored. */
function settingsFaults({ entry, pointer }: DestinationPair, values: JsonObject): ProblemPart[] {
  const handler = handlerOf(entry.type);
  if (handler === undefined) return [];
  const secrets = secretNames(entry.type);
  const clear = secrets.filter((name) => Object.hasOwn(entry.settings, name));
  const kept = secretsIn(entry, values).filter(({ value }) => value === undefined);
  const skipped = new Set([...clear, ...kept.map(({ name }) => name)]);
  const checked = checkSettings(handler, settingsPatch(entry, values));
  const faults = 'faults' in checked ? checked.faults : [];
  return [
    ...clear.map((name) => ({
      pointer: placed(`${pointer}/settings`, name),
      detail: `${name} is secret: refer to it in the secrets of the destination`,
    })),
    ...faults.flatMap(({ pointer: inside, detail }) => {
      const name = inside.split('/')[1] ?? '';
      if (skipped.has(name)) return [];
      const list = secrets.includes(name) ? 'secrets' : 'settings';
      return [{ pointer: `${pointer}/${list}${inside}`, detail }];
    }),
  ];
}

/** Values without a reference. Most likely a name is misspelt, and the old secret would stay in use. */
export function unusedSecrets(pairs: readonly DestinationPair[], values: JsonObject): ProblemPart[] {
  const used = new Set(
    pairs.flatMap(({ entry }) => secretsIn(entry, values).map(({ reference }) => reference)),
  );
  return Object.keys(values)
    .filter((name) => !used.has(name))
    .map((name) => ({ pointer: placed('/secrets', name), detail: `No destination refers to ${name}` }));
}

/** Stored secrets that would be sent to another address. `ungivenOf` names them for a change of settings. */
export async function secretsNotGiven(
  pairs: readonly DestinationPair[],
  values: JsonObject,
  ungivenOf: (row: Destination, given: JsonObject) => readonly string[],
): Promise<ProblemPart[]> {
  const faults = await mapInTurns(pairs, ({ entry, pointer, row }): ProblemPart[] =>
    (row === undefined ? [] : ungivenOf(row, settingsPatch(entry, values))).map((name) => ({
      pointer: placed(`${pointer}/secrets`, name),
      detail:
        `${entry.name} would call another address than ${name} was stored for: send the value of ` +
        `${entry.secrets?.[name]?.$secret ?? name} in secrets, beside the document`,
    })),
  );
  return faults.flat();
}
