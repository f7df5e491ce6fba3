/** Names of marked properties, by the prototype of their class. */
type Marks = WeakMap<object, Set<string>>;

const secrets: Marks = new WeakMap();
const addresses: Marks = new WeakMap();
/** What an address does not say itself, and other settings do. */
interface Surroundings<S> {
  /** Whether TLS will be spoken to a host. */
  readonly encrypted?: (settings: S) => boolean;
  /** The port of a host. */
  readonly port?: (settings: S) => number;
}

const surroundings = new WeakMap<object, Map<string, Surroundings<never>>>();

/** Marks a property of a settings class that must never be shown again nor stored in the clear. */
export const Secret = (): PropertyDecorator => mark(secrets);

/**
 * Marks a property whose value is an address that the destination calls, or a list of them: it is judged before it is saved
 * (DESTINATIONS 3), and when it comes to lead elsewhere the secrets must be given again. An address is a URL, a host, or
 * `host:port`; where that leaves something open, `encrypted` and `port` say it of a host.
 */
export const Address =
  <S extends object>(more: Surroundings<S> = {}) =>
  (settings: S, property: string | symbol): void => {
    mark(addresses)(settings, property);
    const known = surroundings.get(settings) ?? new Map<string, Surroundings<never>>();
    surroundings.set(settings, known.set(String(property), more));
  };

/** Whether TLS is spoken to the hosts of a marked property; where nothing says otherwise it is. */
export function isEncrypted(type: new () => object, property: string, settings: object): boolean {
  const encrypted = surroundings.get(type.prototype as object)?.get(property)?.encrypted;
  return encrypted === undefined || encrypted(settings as never);
}

/** The port of the hosts of a marked property, where another setting says it. */
export function portOf(type: new () => object, property: string, settings: object): number | undefined {
  return surroundings
    .get(type.prototype as object)
    ?.get(property)
    ?.port?.(settings as never);
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
