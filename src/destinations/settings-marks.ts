/** Names of marked properties, by the prototype of their class. */
type Marks = WeakMap<object, Set<string>>;

const secrets: Marks = new WeakMap();
const addresses: Marks = new WeakMap();
/** Whether what is called at the addresses of some settings is encrypted, where the address itself does not say it. */
const encryptions = new WeakMap<object, Map<string, (settings: never) => boolean>>();

/** Marks a property of a settings class that must never be shown again nor stored in the clear. */
export const Secret = (): PropertyDecorator => mark(secrets);

/**
 * Marks a property whose value is an address that the destination calls, or a list of them: it is judged before it is saved
 * (DESTINATIONS 3). An address is a URL, a host, or `host:port`; `encrypted` says of a host whether TLS will be spoken to it.
 */
export const Address =
  <S extends object>({ encrypted }: { encrypted?: (settings: S) => boolean } = {}) =>
  (settings: S, property: string | symbol): void => {
    mark(addresses)(settings, property);
    if (encrypted === undefined) return;
    const known = encryptions.get(settings) ?? new Map<string, (settings: never) => boolean>();
    encryptions.set(settings, known.set(String(property), encrypted));
  };

/** Whether TLS is spoken to the hosts of a marked property; where nothing says otherwise it is. */
export function isEncrypted(type: new () => object, property: string, settings: object): boolean {
  const encrypted = encryptions.get(type.prototype as object)?.get(property);
  return encrypted === undefined || encrypted(settings as never);
}

/** The names of the properties marked as secret. */
export const secretsOf = (settings: new () => object): readonly string[] => marked(secrets, settings);

/** The names of the properties marked as addresses. */
export const addressesOf = (settings: new () => object): readonly string[] => marked(addresses, settings);

function mark(marks: Marks): PropertyDecorator {
  return (settings, property) => {
    marks.set(settings, (marks.get(settings) ?? new Set()).add(String(property)));
  };
}

function marked(marks: Marks, settings: new () => object): readonly string[] {
  return [...(marks.get(settings.prototype as object) ?? [])];
}
