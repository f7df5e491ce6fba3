import { instanceToPlain, plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync } from 'class-validator';
import { pointerTo } from '../../events/json-pointer.js';
import { isJsonObject, type JsonObject } from '../../events/event.js';
import { type SettingFault, settingFaultsOf } from './setting-fault.js';
import { type Handler } from '../contract/handler.js';

/** Valid settings with their defaults, or all faults; pointers start at the settings. */
export type CheckedSettings =
  { readonly settings: JsonObject } | { readonly faults: readonly SettingFault[] };

type AnyHandler = Pick<Handler, 'type' | 'settings'>;

/** Checks given settings against the class of their type. A setting that is null counts as not given. */
export function checkSettings(handler: AnyHandler, given: unknown): CheckedSettings {
  if (!isJsonObject(given)) return { faults: [{ pointer: '', detail: 'The settings must be an object.' }] };
  const names = settingNames(handler);
  const present = Object.entries(given).filter(([, value]) => value !== null && value !== undefined);
  const unknown = present.flatMap(([name]) => (names.includes(name) ? [] : [unknownSetting(handler, name)]));
  const known = Object.fromEntries(present.filter(([name]) => names.includes(name)));
  const instance = settingsOf(handler, known);
  const errors = validateSync(instance, { whitelist: true, forbidNonWhitelisted: true });
  const faults = [...unknown, ...settingFaultsOf(errors).map((fault) => missingOr(fault, known))];
  return faults.length > 0 ? { faults } : { settings: instanceToPlain(instance) };
}

/** Settings as an instance of their class, with defaults for missing ones. It checks nothing. */
export function settingsOf<S extends object>(handler: { readonly settings: new () => S }, plain: object): S {
  return plainToInstance(handler.settings, plain, { exposeDefaultValues: true });
}

/** Names of all settings of a type, in the order of the class. */
export function settingNames({ settings }: Pick<Handler, 'settings'>): string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(settings, '', false, false);
  return [...new Set(rules.map(({ propertyName }) => propertyName))];
}

function unknownSetting(handler: AnyHandler, name: string): SettingFault {
  const names = settingNames(handler);
  const has = names.length > 0 ? `it has ${names.join(', ')}` : 'it has none';
  return { pointer: pointerTo(name), detail: `\`${name}\` is not a setting of ${handler.type}; ${has}.` };
}

function missingOr(fault: SettingFault, known: JsonObject): SettingFault {
  const missing = Object.keys(known).every((name) => !`${fault.pointer}/`.startsWith(`${pointerTo(name)}/`));
  return missing ? { ...fault, detail: `This setting is missing: ${fault.detail}` } : fault;
}
