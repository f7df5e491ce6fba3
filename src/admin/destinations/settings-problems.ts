import { type SettingFault } from '../../destinations/settings/setting-fault.js';
import { pointerTo } from '../../events/json-pointer.js';
import { DamagedSecret, NoSecretKey, UnknownSecretKey } from '../../secrets/secret-errors.js';
import { Problem, type ProblemPart, problemWith } from '../problems/problem.js';

/** The problem for faulty settings. The faults' pointers begin at the settings, those of the problem at the body. */
export function invalidSettings(faults: readonly SettingFault[]): Problem {
  const placed = faults.map(({ pointer, detail }) => ({ pointer: `/settings${pointer}`, detail }));
  return problemWith('invalid_request', placed);
}

/** The problem for stored secrets that a change would send to another address. */
export function secretsRequired(names: readonly string[]): Problem {
  const faults = names.map((name) => ({
    pointer: `/settings${pointerTo(name)}`,
    detail: `The destination would call another address: send ${name} again, or null to remove it`,
  }));
  return problemWith('secrets_required', faults);
}

/** The problem for a destination that another build created, with a type that this build does not have. */
export const unknownType = (type: string): Problem =>
  new Problem('conflict', `This build has no destination type ${type}`);

/** The fault of an entry whose type the operator does not allow. */
export const forbiddenType = (pointer: string, type: string): ProblemPart => ({
  pointer,
  detail: `The operator does not allow destinations of the type ${type}`,
});

/** The problem for a destination whose type the operator does not allow. */
export const typeNotAllowed = (type: string): Problem =>
  problemWith('type_not_allowed', [forbiddenType('/type', type)]);

/** Runs work that encrypts secrets. Without a key it throws `conflict`, which says what the operator has to do. */
export function withKey<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof NoSecretKey ? new Problem('conflict', error.message) : error;
  }
}

/** Runs work that decrypts secrets. Where that fails it throws `conflict`, with the cause and the remedy. */
export function opening<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof UnknownSecretKey || error instanceof DamagedSecret)) throw error;
    throw new Problem('conflict', `${error.message} Restore the key, or send every secret setting again.`);
  }
}
