import { type CanonicalEvent } from '../../events/event.js';
import { type ItemResult, type UndeliveredResult } from '../contract/delivery-item.js';
import { type HttpResponse } from '../contract/http.js';

/** Sees what a handler receives and prints, for test deliveries. */
export interface CallObserver {
  onResponse(response: HttpResponse): void;
  onPrint(line: string): void;
}

/** Fields of an event that handlers use for keys, names and headers. */
const EVENT_FIELDS = [
  'type',
  'messageId',
  'projectId',
  'receivedAt',
  'userId',
  'anonymousId',
  'event',
] as const satisfies readonly (keyof CanonicalEvent)[];
type EventField = (typeof EVENT_FIELDS)[number];

/** A column per field, with a value per event: so the delivery process need not parse events. */
export type EventFields = Readonly<Record<EventField, readonly unknown[]>>;

const NAMES: ReadonlySet<unknown> = new Set(EVENT_FIELDS);
export const isEventField = (name: unknown): name is EventField => NAMES.has(name);

export function eventFieldsOf(events: readonly CanonicalEvent[]): EventFields {
  const column = (name: EventField): [EventField, unknown[]] => [name, events.map((event) => event[name])];
  return Object.fromEntries(EVENT_FIELDS.map(column)) as Record<EventField, unknown[]>;
}

/** One call of a handler, as it crosses to a delivery process. Columns instead of items: a batch has a thousand. */
export interface RemoteCall {
  /** Calls of different scopes share nothing that a handler keeps open, even for the same destination. */
  readonly scope: number;
  readonly type: string;
  readonly destinationId: string;
  readonly workspaceId: string;
  readonly settings: object;
  /** The same number means the same settings, so that the delivery process keeps what it has opened with them. */
  readonly settingsVersion: number;
  /** The events' JSON texts, as in DeliveryItem. */
  readonly json: readonly string[];
  readonly fields: EventFields;
  readonly attempts: readonly number[];
  readonly replays: readonly (string | undefined)[];
}

/** Which open resources of a delivery process to close. */
export interface RemoteOpened {
  readonly scope: number;
  readonly destinationId: string;
}

/** From the main process. `start` is the first message: nothing of it stands in argv or in the environment. */
export type ToDeliveryProcess =
  | {
      readonly kind: 'start';
      readonly allowedCidrs: readonly string[];
      readonly nameServers: readonly string[];
      readonly beatMs: number;
    }
  | { readonly kind: 'call'; readonly id: number; readonly call: RemoteCall }
  | { readonly kind: 'abort'; readonly id: number }
  | { readonly kind: 'release'; readonly opened: RemoteOpened }
  | { readonly kind: 'close' };

/** From a delivery process. A `cause` in a result is text, because errors do not cross. */
export type FromDeliveryProcess =
  | { readonly kind: 'ready' }
  /** Sent when the event loop and the thread pool have both served a request. */
  | { readonly kind: 'beat'; readonly residentBytes: number }
  /** A number stands for that many `ok`. */
  | { readonly kind: 'results'; readonly id: number; readonly results: readonly ItemResult[] | number }
  /** The call has thrown this result, so that a refused batch is halved. */
  | { readonly kind: 'thrown'; readonly id: number; readonly result: UndeliveredResult }
  | { readonly kind: 'response'; readonly id: number; readonly response: HttpResponse }
  | { readonly kind: 'printed'; readonly id: number; readonly line: string }
  /** The process ends now. `destination` is the key of the destination whose code has thrown, where that is known. */
  | { readonly kind: 'fault'; readonly reason: string; readonly destination?: string };

/** Identifies a destination among those of all workspaces: test deliveries of new destinations share one id. */
export const destinationKeyOf = (of: {
  readonly workspaceId: string;
  readonly destinationId: string;
}): string => `${of.workspaceId}/${of.destinationId}`;
