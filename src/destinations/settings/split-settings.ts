import { type JsonObject } from '../../events/event.js';
import { type Handler } from '../contract/handler.js';
import { secretsOf } from '../contract/settings-marks.js';

export interface SplitSettings {
  /** Stored and shown as they are. */
  readonly plain: JsonObject;
  /** What the settings class marks as secret. */
  readonly secrets: JsonObject;
}

type AnyHandler = Pick<Handler, 'settings'>;

/** Takes settings apart into what may be shown and what must not. */
export function splitSettings(handler: AnyHandler, settings: JsonObject): SplitSettings {
  const secret = new Set(secretsOf(handler.settings));
  const part = (wanted: boolean): JsonObject =>
    Object.fromEntries(Object.entries(settings).filter(([name]) => secret.has(name) === wanted));
  return { plain: part(false), secrets: part(true) };
}

/** The inverse of splitSettings. */
export function joinSettings({ plain, secrets }: SplitSettings): JsonObject {
  return { ...plain, ...secrets };
}
