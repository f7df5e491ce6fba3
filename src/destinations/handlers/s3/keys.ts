import { hash } from 'node:crypto';
import { type CanonicalEvent } from '../../../events/event.js';
import { type DeliveryItem } from '../../contract/delivery-item.js';

/** Path of a folder without empty, `.` and `..` parts; braces only as the placeholders. */
export const PREFIX_TEMPLATE =
  /^(?!\/)(?!.*\/\/)(?!(?:.*\/)?\.{1,2}(?:\/|$))(?:[A-Za-z0-9/!_.*'()=-]|\{(?:date|year|month|day|hour|source|type)\}){0,300}$/;

/** Date with its parts, and hour. */
const DATE_AND_HOUR = /^((.+)-(\d\d)-(\d\d))T(\d\d)/;
const PLACEHOLDER = /\{(\w+)\}/g;
const MAX_PART = 100;
/** Hex digits of the SHA-256 that the name keeps: 128 bits. */
const NAME_LENGTH = 32;

/** The folder of an event, empty or with a final slash. Undefined when `receivedAt` is no time. */
export function folderOf(prefix: string, event: CanonicalEvent): string | undefined {
  const received = new Date(event.receivedAt);
  if (Number.isNaN(received.getTime())) return undefined;
  const [, date, year, month, day, hour] = DATE_AND_HOUR.exec(received.toISOString()) ?? [];
  const values: Readonly<Record<string, string | undefined>> = {
    ...{ date, year, month, day, hour },
    ...{ source: event.projectId, type: event.type },
  };
  const folder = prefix.replace(PLACEHOLDER, (_, name: string) => pathPart(values[name]));
  return folder === '' || folder.endsWith('/') ? folder : `${folder}/`;
}

/**
 * Name of the object for these events, the same in any order: uploaded again together, they overwrite it. Senders choose
 * message ids, so only together with the source do they identify an event.
 */
export function objectNameOf(items: readonly DeliveryItem[], extension: string): string {
  const ids = items.map(idOf).sort().join('\n');
  return `${hash('sha256', ids, 'hex').slice(0, NAME_LENGTH)}.${extension}`;
}

/** Keeps only the first of several events with the same id. */
export function withoutDuplicates(items: readonly DeliveryItem[]): DeliveryItem[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const id = idOf(item);
    return !seen.has(id) && seen.add(id);
  });
}

const idOf = ({ event }: DeliveryItem): string => JSON.stringify([event.projectId, event.messageId]);

/** Other programs may write to the topic, so any value must stay one part of the path. */
function pathPart(value: string | undefined): string {
  const part = String(value).slice(0, MAX_PART);
  return part.replace(/[^A-Za-z0-9_.-]+/g, '_').replace(/^\.*$/, '_');
}
