import { hash } from 'node:crypto';
import { type CanonicalEvent } from '../../../events/event.js';
import { type DeliveryItem } from '../../contract/delivery-item.js';

/** Path of a folder without empty, `.` and `..` parts; only the placeholders may stand in braces. */
export const PREFIX_TEMPLATE =
  /^(?!\/)(?!.*\/\/)(?!(?:.*\/)?\.{1,2}(?:\/|$))(?:[A-Za-z0-9/!_.*'()=-]|\{(?:date|year|month|day|hour|source|type)\}){0,300}$/;

/** Date with its parts, and hour. */
const MOMENT = /^((.+)-(\d\d)-(\d\d))T(\d\d)/;
const PLACE = /\{(\w+)\}/g;
const MAX_PART = 100;
/** Of the digits of SHA-256: 128 bits. */
const NAME_LENGTH = 32;

/** The folder of an event, empty or with a slash at its end; undefined when it does not say when it was received. */
export function folderOf(prefix: string, event: CanonicalEvent): string | undefined {
  const received = new Date(event.receivedAt);
  if (Number.isNaN(received.getTime())) return undefined;
  const [, date, year, month, day, hour] = MOMENT.exec(received.toISOString()) ?? [];
  const values: Readonly<Record<string, string | undefined>> = {
    ...{ date, year, month, day, hour },
    ...{ source: event.projectId, type: event.type },
  };
  const folder = prefix.replace(PLACE, (_, name: string) => legal(values[name]));
  return folder === '' || folder.endsWith('/') ? folder : `${folder}/`;
}

/**
 * Name of the object that holds these events, whatever their order: put again together they overwrite it. Message ids are the
 * senders', so only together with the source do they say which event it is.
 */
export function nameOf(items: readonly DeliveryItem[], extension: string): string {
  const ids = items.map(idOf).sort().join('\n');
  return `${hash('sha256', ids, 'hex').slice(0, NAME_LENGTH)}.${extension}`;
}

/** Of events with the same id only the first. */
export function withoutDoubles(items: readonly DeliveryItem[]): DeliveryItem[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const id = idOf(item);
    return !seen.has(id) && seen.add(id);
  });
}

const idOf = ({ event }: DeliveryItem): string => JSON.stringify([event.projectId, event.messageId]);

/** Somebody else may have written to the topic: whatever the event says stays one part of the path. */
function legal(value: string | undefined): string {
  const part = String(value).slice(0, MAX_PART);
  return part.replace(/[^A-Za-z0-9_.-]+/g, '_').replace(/^\.*$/, '_');
}
