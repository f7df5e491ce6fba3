import { type ArgumentMetadata, Injectable, type ValidationError, ValidationPipe } from '@nestjs/common';
import { pointerTo } from '../../events/json-pointer.js';
import { isJsonObject } from '../../events/event.js';
import { invalid, type Problem, type ProblemPart, problemWith } from './problem.js';

/** Carries what class-validator found to `transform`, which knows whether it is about the body or the query. */
class Faulty extends Error {
  constructor(readonly errors: readonly ValidationError[]) {
    super();
  }
}

/** Validates bodies and queries against their classes. Throws `invalid_request` with each wrong or unknown field. */
@Injectable()
export class AdminPipe extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      transform: true,
      exceptionFactory: (errors) => new Faulty(errors),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'body' && !isJsonObject(value)) {
      throw invalid('', 'The body must be a JSON object');
    }
    const isGiven = metadata.type === 'body' || metadata.type === 'query';
    const inherited = isGiven ? inheritedName(value, '') : undefined;
    if (inherited !== undefined) {
      throw invalidRequest(
        [{ pointer: inherited, detail: 'This name is reserved: no field has it' }],
        metadata.type === 'query',
      );
    }
    try {
      return await super.transform(value, metadata);
    } catch (error) {
      if (!(error instanceof Faulty)) throw error;
      throw invalidRequest(problemPartsOf(error.errors), metadata.type === 'query');
    }
  }
}

/**
 * JSON pointer to the first name that every JavaScript object inherits, such as `constructor`. The libraries of the validation
 * look rules up in plain objects or drop such names silently, so they would pass as known.
 */
function inheritedName(value: unknown, pointer: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, part] of Object.entries(value)) {
    const place = `${pointer}${pointerTo(name)}`;
    if (name in Object.prototype) return place;
    const found = inheritedName(part, place);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Rules about the type of a value. When one is broken, the field's other rules say nothing new. */
const TYPE_RULES = new Set(['isString', 'isInt', 'isNumber', 'isBoolean', 'isArray', 'isObject']);

/** Each broken rule with its JSON pointer, outer fields first. */
export function problemPartsOf(
  errors: readonly ValidationError[],
  parent = '',
): (ProblemPart & { pointer: string })[] {
  return errors.flatMap(({ property, constraints = {}, children = [] }) => {
    const pointer = `${parent}${pointerTo(property)}`;
    const broken = Object.entries(constraints);
    const ofType = broken.filter(([rule]) => TYPE_RULES.has(rule));
    const own = (ofType.length > 0 ? ofType : broken).map(([rule, message]) => ({
      pointer,
      detail: rule === 'whitelistValidation' ? `There is no field ${property} here` : message,
    }));
    return [...own, ...problemPartsOf(children, pointer)];
  });
}

function invalidRequest(faults: readonly (ProblemPart & { pointer: string })[], isQuery: boolean): Problem {
  const placed = isQuery
    ? faults.map(({ pointer, detail }) => ({ parameter: pointer.slice(1), detail }))
    : faults;
  return problemWith('invalid_request', placed);
}
