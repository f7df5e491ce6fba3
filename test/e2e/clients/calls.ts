import { FIELDS } from '../sdk-calls.js';

export const KINDS = ['identify', 'track', 'page', 'screen', 'group', 'alias'] as const;
export type Kind = (typeof KINDS)[number];

/** What an application says, before any SDK has put it into its own words. */
export interface AppCall {
  readonly kind: Kind;
  /** Travels as `context.marker`, which every SDK passes on: by it the event is known again at the receiver. */
  readonly marker: string;
  /** Properties or traits. An alias has none. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** One call of each kind, with everything in them that tends to break on the way. */
export function callsOf(kinds: readonly Kind[], details: Readonly<Record<string, unknown>> = {}): AppCall[] {
  return kinds.map((kind) => ({
    kind,
    marker: `${kind}-${crypto.randomUUID()}`,
    details: { ...FIELDS, ...details },
  }));
}

/** A call as the SDKs of browsers take it, Segment's and RudderStack's alike: a method and its arguments. */
export function browserCall({ kind, marker, details }: AppCall): { method: Kind; args: unknown[] } {
  const options = { context: { marker } };
  const args: Record<Kind, unknown[]> = {
    identify: [`user ${marker}`, details, options],
    track: [`Done ${marker}`, details, options],
    page: ['docs', `Seite ${marker}`, details, options],
    screen: ['docs', `Screen ${marker}`, details, options],
    group: [`group ${marker}`, details, options],
    alias: [`user ${marker}`, `before ${marker}`, options],
  };
  return { method: kind, args: args[kind] };
}

/** A call as the SDKs of servers take it: one message. */
export function serverCall({ kind, marker, details }: AppCall): { method: Kind; message: object } {
  const common = { userId: `user ${marker}`, context: { marker } };
  const own: Record<Kind, object> = {
    identify: { traits: details },
    track: { event: `Done ${marker}`, properties: details },
    page: { name: `Seite ${marker}`, category: 'docs', properties: details },
    screen: { name: `Screen ${marker}`, category: 'docs', properties: details },
    group: { groupId: `group ${marker}`, traits: details },
    alias: { previousId: `before ${marker}` },
  };
  return { method: kind, message: { ...common, ...own[kind] } };
}

/** What of a call must be in its event, whichever SDK it came by: some leave nulls out, or move traits and ids about. */
export function eventOf({ kind, marker, details }: AppCall): object {
  const told = Object.fromEntries(Object.entries(details).filter(([, value]) => value !== null));
  const own: Record<Kind, object> = {
    identify: { userId: `user ${marker}` },
    track: { event: `Done ${marker}`, properties: told },
    page: { name: `Seite ${marker}`, category: 'docs', properties: told },
    screen: { name: `Screen ${marker}`, properties: told },
    group: { groupId: `group ${marker}` },
    alias: { previousId: `before ${marker}` },
  };
  return { type: kind, ...own[kind] };
}
