import { instanceToPlain, plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { isJsonObject, type CanonicalEvent, type JsonObject } from '../../events/event.js';
import { valueAt } from '../../events/json-pointer.js';
import { ConnectionFilter, type Operator, type PropertyCondition } from './connection-filter.dto.js';
import { type SettingFault, settingFaultsOf } from '../settings/setting-fault.js';
import { namePattern } from './name-pattern.js';

/** Whether an event passes the filter of a connection. */
export type EventTest = (event: CanonicalEvent) => boolean;

/** A valid filter in its stored form, or all faults; pointers start at the filter. */
export type CheckedFilter = { readonly filter: JsonObject } | { readonly faults: readonly SettingFault[] };

/** A stored filter is not valid. Its intent is unknown, so the destination delivers nothing and its events wait. */
export class FilterUnreadable extends Error {
  override readonly name = 'FilterUnreadable';
}

/** Checks a given filter. */
export function checkFilter(given: unknown): CheckedFilter {
  if (!isJsonObject(given)) return { faults: [{ pointer: '', detail: 'The filter must be an object.' }] };
  const filter = plainToInstance(ConnectionFilter, given);
  const errors = validateSync(filter, { whitelist: true, forbidNonWhitelisted: true });
  return errors.length > 0 ? { faults: settingFaultsOf(errors) } : { filter: instanceToPlain(filter) };
}

/** Compiles a stored filter into a test for events; null lets every event pass. Throws FilterUnreadable. */
export function compileFilter(stored: unknown): EventTest {
  if (stored === null) return () => true;
  const checked = checkFilter(isJsonObject(stored) ? withoutNulls(stored) : stored);
  if ('faults' in checked) throw new FilterUnreadable();
  const { types, events, properties = [] } = checked.filter as ConnectionFilter;
  const tests = [
    ...(types ? [ofTypes(types)] : []),
    ...(events ? [named(events)] : []),
    ...properties.map(holding),
  ];
  return (event) => tests.every((test) => test(event));
}

/** A stored part that is null counts as not given: callers could once send one. */
const withoutNulls = (stored: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(stored).filter(([, part]) => part !== null));

function ofTypes(types: readonly string[]): EventTest {
  const passing = new Set(types);
  return ({ type }) => passing.has(type);
}

function named(patterns: readonly string[]): EventTest {
  const matches = patterns.map(namePattern);
  return (event) => {
    const name: unknown = event.type === 'track' ? event.event : isPage(event) ? event.name : undefined;
    return typeof name === 'string' && matches.some((match) => match(name));
  };
}

const isPage = ({ type }: CanonicalEvent): boolean => type === 'page' || type === 'screen';

function holding({ pointer, operator, value }: PropertyCondition): EventTest {
  const find = valueAt(pointer);
  const compare = COMPARISONS[operator];
  return (event) => compare(find(event), value);
}

/** `found` is the event's value at the pointer; undefined when there is none. */
const COMPARISONS: Readonly<Record<Operator, (found: unknown, value: unknown) => boolean>> = {
  equals: (found, value) => found === value,
  not_equals: (found, value) => found !== value,
  in: (found, value) => isIn(value, found),
  not_in: (found, value) => !isIn(value, found),
  exists: (found) => found !== undefined,
  not_exists: (found) => found === undefined,
  greater_than: (found, value) => isLess(value, found),
  less_than: isLess,
  contains: (found, value) =>
    typeof found === 'string' ? typeof value === 'string' && found.includes(value) : isIn(found, value),
};

function isIn(list: unknown, item: unknown): boolean {
  return Array.isArray(list) && list.includes(item);
}

function isLess(one: unknown, other: unknown): boolean {
  if (typeof one === 'number' && typeof other === 'number') return one < other;
  return typeof one === 'string' && typeof other === 'string' && one < other;
}
