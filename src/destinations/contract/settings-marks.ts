/** Names of marked properties, by the prototype of their class. */
type Marks = WeakMap<object, Set<string>>;

/** Facts about an address that stand in other settings. */
interface AddressFacts<S> {
  /** Whether the client speaks TLS to a host. */
  readonly encrypted?: (settings: S) => boolean;
  /** Port of a host. */
  readonly port?: (settings: S) => number;
}

const secrets: Marks = new WeakMap();
const addresses: Marks = new WeakMap();
const addressFacts = new WeakMap<object, Map<string, AddressFacts<never>>>();

/** Marks a secret property of a settings class. It is stored sealed, and the API never shows it. */
export const Secret = (): PropertyDecorator => mark(secrets);

/**
 * Marks a property that holds an address the destination calls, or a list of them: a URL, a host, or `host:port`. It is
 * checked before it is saved. A change that leads to another address must give the secrets again. `facts` say what a host
 * alone leaves open.
 */
export const Address =
  <S extends object>(facts: AddressFacts<S> = {}) =>
  (settings: S, property: string | symbol): void => {
    mark(addresses)(settings, property);
    const known = addressFacts.get(settings) ?? new Map<string, AddressFacts<never>>();
    addressFacts.set(settings, known.set(String(property), facts));
  };

/** Whether the client speaks TLS to the hosts of a marked property; true when the class does not say. */
export function isEncrypted(type: new () => object, property: string, settings: object): boolean {
  const encrypted = factsOf(type, property)?.encrypted;
  return encrypted === undefined || encrypted(settings as never);
}

/** Port of the hosts of a marked property; undefined when no other setting holds it. */
export function portOf(type: new () => object, property: string, settings: object): number | undefined {
  return factsOf(type, property)?.port?.(settings as never);
}

/** Names of the properties marked as secret. */
export const secretsOf = (settings: new () => object): readonly string[] => marked(secrets, settings);

/** Names of the properties marked as addresses. */
export const addressesOf = (settings: new () => object): readonly string[] => marked(addresses, settings);

function factsOf(type: new () => object, property: string): AddressFacts<never> | undefined {
  return addressFacts.get(type.prototype as object)?.get(property);
}

function mark(marks: Marks): PropertyDecorator {
  return (settings, property) => {
    marks.set(settings, (marks.get(settings) ?? new Set()).add(String(property)));
  };
}

function marked(marks: Marks, settings: new () => object): readonly string[] {
  return [...(marks.get(settings.prototype as object) ?? [])];
}
