import { type CanonicalEvent } from '../../../events/event.js';

/** Most characters of one field that a line shows. */
const MAX_FIELD = 120;
/** Control, format (direction changes), separator and surrogate characters: all that can forge terminal output. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** One readable line: the label if there is one, time, type, name, user, message id. */
export function lineOf(event: CanonicalEvent, label?: string): string {
  const name = nameOf(event);
  const parts = [
    ...(label === undefined ? [] : [label]),
    event.timestamp,
    event.type.padEnd(8),
    ...(name === undefined ? [] : [`"${plain(name)}"`]),
    `user=${plain(event.userId ?? event.anonymousId ?? '-')}`,
    `message=${plain(event.messageId)}`,
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

function plain(text: string): string {
  const cut = text.length > MAX_FIELD ? `${text.slice(0, MAX_FIELD)}…` : text;
  return cut.replace(UNPRINTABLE, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}
