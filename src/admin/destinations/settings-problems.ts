import { type SettingFault } from '../../destinations/settings/setting-fault.js';
import { pointerTo } from '../../events/json-pointer.js';
import { DamagedSecret, NoSecretKey, UnknownSecretKey } from '../../secrets/secret-errors.js';
import { Problem } from '../problems/problem.js';

/** The problem of faulty settings: the faults point from the settings, the problem points from the body. */
export function invalidSettings(faults: readonly SettingFault[]): Problem {
  const placed = faults.map(({ pointer, detail }) => ({ pointer: `/settings${pointer}`, detail }));
  return new Problem('invalid_request', placed.map(({ detail }) => detail).join('; '), { faults: placed });
}

/** Stored secrets do not go along to another address by themselves. */
export function secretsRequired(names: readonly string[]): Problem {
  const faults = names.map((name) => ({
    pointer: `/settings${pointerTo(name)}`,
    detail: `The destination would call another address: give ${name} again, or null to take it away`,
  }));
  return new Problem('secrets_required', faults.map(({ detail }) => detail).join('; '), { faults });
}

/** A destination of a type that this build does not have: it was made by another one. */
export const unknownType = (type: string): Problem =>
  new Problem('conflict', `This build has no destination type ${type}`);

/** Does what needs a key for secrets; without one the problem says what the operator has to do. */
export function withKey<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof NoSecretKey ? new Problem('conflict', error.message) : error;
  }
}

/** Opens stored secrets; when they cannot be opened, the problem says why and what helps. */
export function opening<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof UnknownSecretKey || error instanceof DamagedSecret)) throw error;
    throw new Problem('conflict', `${error.message} Give the key back, or send every secret setting again.`);
  }
}
