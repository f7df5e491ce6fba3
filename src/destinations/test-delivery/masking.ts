import { type JsonObject } from '../../events/event.js';

/** A shorter text is no secret, and hiding it would hide half of an answer. */
const MIN_LENGTH = 4;
const MASK = '***';

/**
 * Compiles a function that hides every text of some secret settings in what a receiver answered: as it was sent, inside JSON,
 * in a URL, in base64, and each word of a value such as `Bearer …` alone.
 */
export function masked(secrets: JsonObject): (text: string) => string {
  const hidden = new Set(
    textsOf(secrets)
      .flatMap((text) => [text, ...text.split(/\s+/)])
      .flatMap(spellings),
  );
  // The longest first, so that no part of one is left over by another.
  const all = [...hidden].filter((text) => text.length >= MIN_LENGTH).sort((a, b) => b.length - a.length);
  return (text) => all.reduce((rest, secret) => rest.replaceAll(secret, MASK), text);
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

function spellings(text: string): string[] {
  const base64 = Buffer.from(text).toString('base64');
  return [
    text,
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text),
    base64,
    base64.replace(/=+$/, ''),
  ];
}
