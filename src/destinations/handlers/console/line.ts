import { type CanonicalEvent } from '../../../events/event.js';

/** Longest part of a field that a line shows, in characters. */
const MAX_FIELD = 120;
/** Control, format (text direction), separator and surrogate characters, which can forge terminal output. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** One readable line: the label if given, time, type, name, user, message id. */
export function lineOf(event: CanonicalEvent, label?: string): string {
  const name = nameOf(event);
  const parts = [
    ...(label === undefined ? [] : [label]),
    event.timestamp,
    event.type.padEnd(8),
    ...(name === undefined ? [] : [`"${printable(name)}"`]),
    `user=${printable(event.userId ?? event.anonymousId ?? '-')}`,
    `message=${printable(event.messageId)}`,
  ];
  return parts.join('  ');
}

function nameOf(event: CanonicalEvent): string | undefined {
  switch (event.type) {
    case 'track':
      return event.event;
    case 'page':
    case 'screen':
      return event.name ?? event.category;
    case 'group':
      return event.groupId;
    case 'alias':
      return event.previousId;
    case 'identify':
      return undefined;
  }
}

function printable(text: string): string {
  const cut = text.length > MAX_FIELD ? `${text.slice(0, MAX_FIELD)}…` : text;
  return cut.replace(UNPRINTABLE, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}
