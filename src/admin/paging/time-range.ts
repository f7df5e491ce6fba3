import { And, type FindOperator, LessThan, MoreThanOrEqual } from 'typeorm';

/** Condition on a time column: at or after `from`, and before `to`. Undefined when neither is given. */
export function inTimeRange(
  from: string | undefined,
  to: string | undefined,
): FindOperator<Date> | undefined {
  const bounds = [
    ...(from === undefined ? [] : [MoreThanOrEqual(new Date(from))]),
    ...(to === undefined ? [] : [LessThan(new Date(to))]),
  ];
  return bounds.length === 0 ? undefined : And(...bounds);
}
