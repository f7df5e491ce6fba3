import { expect } from 'vitest';
import { type Time } from './row.js';

/** An id that was made by the server. */
export const UUID: unknown = expect.stringMatching(
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
);

/** At least these fields, where enrichment may add others. */
export const atLeast = (fields: object): unknown => expect.objectContaining(fields);

/** So many events of one kind. */
export const many = <T>(count: number, event: T): T[] => Array.from({ length: count }, () => event);

export const NOW: Time = (receivedAt) => receivedAt;
export const before =
  (ms: number): Time =>
  (receivedAt) =>
    receivedAt - ms;
export const after = (ms: number): Time => before(-ms);
