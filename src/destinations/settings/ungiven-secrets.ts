import { type JsonObject } from '../../events/event.js';
import { type Handler } from '../contract/handler.js';
import { addressesOf, isEncrypted, secretsOf } from '../contract/settings-marks.js';
import { portOf } from '../contract/settings-marks.js';
import { settingsOf } from './check-settings.js';

type AnyHandler = Pick<Handler, 'settings'>;

/**
 * Names of the stored secrets that a change would have sent to another address than they were given for: whoever may change a
 * destination could read them there. Not among them is what the change gives, the same or another, or takes away by null.
 */
export function ungivenSecrets(handler: AnyHandler, stored: JsonObject, given: JsonObject): string[] {
  const has = (name: string): boolean => stored[name] !== undefined && stored[name] !== null;
  const kept = secretsOf(handler.settings).filter((name) => has(name) && !Object.hasOwn(given, name));
  if (kept.length === 0) return [];
  const known = originsOf(handler, stored);
  const isElsewhere = [...originsOf(handler, { ...stored, ...given })].some((origin) => !known.has(origin));
  return isElsewhere ? kept : [];
}

/** Where settings lead: of each address its scheme, host and port, and of one that is not there that it is not. */
function originsOf(handler: AnyHandler, plain: JsonObject): ReadonlySet<string> {
  const present = Object.entries(plain).filter(([, value]) => value !== null);
  const settings = settingsOf(handler, Object.fromEntries(present));
  const values = new Map<string, unknown>(Object.entries(settings));
  const type = handler.settings;
  const origins = addressesOf(type).flatMap((name) => {
    const scheme = isEncrypted(type, name, settings) ? 'encrypted' : 'plain';
    const all = [values.get(name)].flat();
    return all.map((address) => `${name} ${originOf(address, scheme, portOf(type, name, settings))}`);
  });
  return new Set(origins);
}

function originOf(address: unknown, scheme: string, port: number | undefined): string {
  if (typeof address !== 'string') return '';
  if (!URL.canParse(address) || !address.includes('://'))
    return `${scheme}://${address.toLowerCase()}:${port ?? ''}`;
  const url = new URL(address);
  return `${url.protocol}//${url.host.toLowerCase()}`;
}
