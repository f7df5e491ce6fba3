import { parseUrl } from '../../events/parse-url.js';
import { type JsonObject } from '../../events/event.js';
import { type Handler } from '../contract/handler.js';
import { addressesOf, isEncrypted, portOf, secretsOf } from '../contract/settings-marks.js';
import { settingsOf } from './check-settings.js';

type AnyHandler = Pick<Handler, 'settings'>;

/**
 * Names of the stored secrets that a change would send to another address than they were given for, where a caller who may
 * change the destination could read them. Secrets that the change itself sets or removes (null) are not among them.
 */
export function ungivenSecrets(handler: AnyHandler, stored: JsonObject, given: JsonObject): string[] {
  const has = (name: string): boolean => stored[name] !== undefined && stored[name] !== null;
  const unchanged = secretsOf(handler.settings).filter((name) => has(name) && !Object.hasOwn(given, name));
  if (unchanged.length === 0) return [];
  const known = originsOf(handler, stored);
  const leadsElsewhere = [...originsOf(handler, { ...stored, ...given })].some(
    (origin) => !known.has(origin),
  );
  return leadsElsewhere ? unchanged : [];
}

/** Scheme, host and port of each address in the settings. A missing address has an entry too: a change may add it. */
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
  const url = address.includes('://') ? parseUrl(address) : undefined;
  if (url === undefined) return `${scheme}://${address.toLowerCase()}:${port ?? ''}`;
  return `${url.protocol}//${url.host.toLowerCase()}`;
}
