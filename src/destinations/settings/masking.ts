import { type JsonObject } from '../../events/event.js';

/** Shorter texts are not masked: they are no secrets, and masking them would hide half of a response. */
const MIN_LENGTH = 4;
const MASK = '***';

/**
 * Compiles a function that masks the texts of secret settings in a receiver's response: as sent, inside JSON, in a URL, in
 * base64, and each word of a value such as `Bearer …`.
 */
export function masked(secrets: JsonObject): (text: string) => string {
  const hidden = new Set(
    textsOf(secrets)
      .flatMap((text) => [text, ...text.split(/\s+/)])
      .flatMap(spellings),
  );
  // Longest first, so that masking a shorter secret leaves no part of a longer one.
  const longestFirst = [...hidden]
    .filter((text) => text.length >= MIN_LENGTH)
    .sort((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((rest, secret) => rest.replaceAll(secret, MASK), text);
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
