import { type JsonObject } from '../../events/event.js';
import { type Handler } from '../contract/handler.js';
import { secretsOf } from '../contract/settings-marks.js';

export interface SplitSettings {
  /** Settings that the API shows. */
  readonly plain: JsonObject;
  /** Settings that the class marks as secret. */
  readonly secrets: JsonObject;
}

type AnyHandler = Pick<Handler, 'settings'>;

/** Splits settings into public and secret ones. */
export function splitSettings(handler: AnyHandler, settings: JsonObject): SplitSettings {
  const secret = new Set(secretsOf(handler.settings));
  const part = (isSecret: boolean): JsonObject =>
    Object.fromEntries(Object.entries(settings).filter(([name]) => secret.has(name) === isSecret));
  return { plain: part(false), secrets: part(true) };
}

/** The inverse of splitSettings. */
export function joinSettings({ plain, secrets }: SplitSettings): JsonObject {
  return { ...plain, ...secrets };
}
