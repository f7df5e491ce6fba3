import { type ValidationError } from 'class-validator';
import { pointerTo } from '../../events/json-pointer.js';

/** One thing that is wrong in given settings or a given filter. */
export interface SettingFault {
  /** JSON pointer (RFC 6901) to the place, from the root of the given document; empty for the whole document. */
  readonly pointer: string;
  /** One sentence for the caller. It never repeats the value, which may be a secret. */
  readonly detail: string;
}

/** The faults that class-validator found, one per place, in the order of the class. */
export function settingFaultsOf(errors: readonly ValidationError[], parent = ''): SettingFault[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const pointer = `${parent}${pointerTo(property)}`;
    const sentences = Object.entries(constraints ?? {}).map(([rule, sentence]) =>
      rule === 'whitelistValidation' ? `\`${property}\` is not known here` : sentence,
    );
    // Faults inside a value of the wrong type follow from that fault.
    if (sentences.length > 0) return [{ pointer, detail: sentences.join('; ') }];
    return settingFaultsOf(children ?? [], pointer);
  });
}
