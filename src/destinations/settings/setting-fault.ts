import { type ValidationError } from 'class-validator';

/** One thing that is wrong with what was given. */
export interface SettingFault {
  /** JSON pointer (RFC 6901) to the place, from where the whole begins; empty for the whole. */
  readonly pointer: string;
  /** One sentence for whoever gave it; it never repeats the value. */
  readonly detail: string;
}

/** The faults that class-validator found, one per place, in the order of the class. */
export function settingFaultsOf(errors: readonly ValidationError[], under = ''): SettingFault[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const pointer = `${under}/${escaped(property)}`;
    const sentences = Object.entries(constraints ?? {}).map(([rule, sentence]) =>
      rule === 'whitelistValidation' ? `\`${property}\` is not known here` : sentence,
    );
    // What lies inside something of the wrong kind is no news.
    if (sentences.length > 0) return [{ pointer, detail: sentences.join('; ') }];
    return settingFaultsOf(children ?? [], pointer);
  });
}

export const pointerTo = (property: string): string => `/${escaped(property)}`;

const escaped = (property: string): string => property.replaceAll('~', '~0').replaceAll('/', '~1');
