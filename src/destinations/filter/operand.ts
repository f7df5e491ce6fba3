import { ValidateBy, type ValidationArguments } from 'class-validator';

const MAX_TEXT = 1_000;
const MAX_ITEMS = 100;

interface Operand {
  readonly fits: (value: unknown) => boolean;
  /** Ends the sentence `value must be …`. */
  readonly description: string;
}

const ONE: Operand = {
  fits: isScalar,
  description: `a text of at most ${MAX_TEXT} characters, a number, a boolean or null`,
};
const SOME: Operand = {
  fits: isList,
  description: `a list of 1 to ${MAX_ITEMS} texts, numbers, booleans or nulls`,
};
const NONE: Operand = { fits: (value) => value === undefined, description: 'left out' };
const MEASURE: Operand = {
  fits: isOrdered,
  description: `a number, or a text of at most ${MAX_TEXT} characters`,
};

/** Rule for the `value` of each operator. */
const OPERANDS: ReadonlyMap<unknown, Operand> = new Map([
  ['equals', ONE],
  ['not_equals', ONE],
  ['contains', ONE],
  ['in', SOME],
  ['not_in', SOME],
  ['exists', NONE],
  ['not_exists', NONE],
  ['greater_than', MEASURE],
  ['less_than', MEASURE],
]);

/** Checks `value` against the `operator` of the same condition. An unknown operator is the fault of that property alone. */
export const FitsOperator = (): PropertyDecorator =>
  ValidateBy({
    name: 'fitsOperator',
    validator: {
      validate: (value: unknown, args) => operandOf(args)?.fits(value) ?? true,
      defaultMessage: (args) =>
        `$property must be ${operandOf(args)?.description ?? 'left out'} for this operator`,
    },
  });

function operandOf(args: ValidationArguments | undefined): Operand | undefined {
  return OPERANDS.get((args?.object as { operator?: unknown }).operator);
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value === 'boolean' || isOrdered(value);
}

function isOrdered(value: unknown): boolean {
  return typeof value === 'string' ? value.length <= MAX_TEXT : Number.isFinite(value);
}

function isList(value: unknown): boolean {
  return Array.isArray(value) && value.length >= 1 && value.length <= MAX_ITEMS && value.every(isScalar);
}
