import { getMetadataStorage, type ValidationArguments } from 'class-validator';

export interface Breach<Code> {
  readonly property: string;
  readonly code: Code;
}

interface Rule<Code> {
  readonly code: Code;
  readonly constraints: unknown[];
  readonly when: ((object: object, value: unknown) => boolean) | undefined;
  readonly holds: (value: unknown, args: ValidationArguments) => boolean | Promise<boolean>;
}

interface PropertyRules<Code> {
  readonly property: string;
  readonly conditions: readonly ((object: object, value: unknown) => boolean)[];
  readonly rules: readonly Rule<Code>[];
}

type Metadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

/**
 * Compiles the class-validator decorators of a DTO into a function with the verdicts of validateSync at a fraction of its cost
 * (DESIGN 5.9). The function returns the first broken rule, by properties and decorators in reading order. Each decorator must
 * have its code as `context: { code }`. The checked object need not be an instance of the DTO.
 */
export function compileCheck<Code extends string>(
  dto: new () => object,
): (object: object) => Breach<Code> | undefined {
  const storage = getMetadataStorage();
  const metadata = storage.getTargetValidationMetadatas(dto, '', false, false);
  const properties = Object.entries(storage.groupByPropertyName(metadata)).map(([property, group]) =>
    rulesOf<Code>(property, group),
  );
  return (object) => firstBreach(object, properties, dto.name);
}

function firstBreach<Code>(
  object: object,
  properties: readonly PropertyRules<Code>[],
  targetName: string,
): Breach<Code> | undefined {
  for (const { property, conditions, rules } of properties) {
    const value = (object as Record<string, unknown>)[property];
    if (!conditions.every((condition) => condition(object, value))) continue;
    for (const { code, constraints, when, holds } of rules) {
      if (when && !when(object, value)) continue;
      if (holds(value, { value, object, property, targetName, constraints }) !== true)
        return { property, code };
    }
  }
  return undefined;
}

function rulesOf<Code>(property: string, metadata: readonly Metadata[]): PropertyRules<Code> {
  const conditions: PropertyRules<Code>['conditions'][number][] = [];
  const rules: Rule<Code>[] = [];
  // Decorators are applied from the bottom up; the first rule is the topmost.
  for (const entry of metadata.toReversed()) {
    if (entry.type === 'conditionalValidation') conditions.push(conditionOf(entry));
    else rules.push(...ruleOf<Code>(entry));
  }
  return { property, conditions, rules };
}

const conditionOf = ({ constraints }: Metadata) =>
  constraints[0] as (object: object, value: unknown) => boolean;

function ruleOf<Code>(entry: Metadata): Rule<Code>[] {
  const code = (entry.context as { code?: Code } | undefined)?.code;
  if (entry.type !== 'customValidation' || entry.each || code === undefined) {
    throw new TypeError(`${entry.propertyName}: a ${entry.type} without a code cannot be compiled`);
  }
  return getMetadataStorage()
    .getTargetValidatorConstraints(entry.constraintCls)
    .map(({ instance }) => ({
      code,
      constraints: entry.constraints as unknown[],
      when: entry.validateIf,
      holds: (value, args) => instance.validate(value, args),
    }));
}
