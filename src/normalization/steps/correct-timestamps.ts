import { isFourDigitYear, parseTime } from '../draft/parse-time.js';
import { type Step } from '../draft/step.js';

/**
 * Corrects the times of a device with a wrong clock by the difference of sentAt and receivedAt (WIRE 2.3). A date that cannot
 * be read is noted and counts as missing; it never rejects the message.
 */
export const correctTimestamps: Step = (draft, { call, envelope, notes }) => {
  const timeOf = (date: unknown): number | undefined => {
    if (date === undefined || date === null) return undefined;
    const time = parseTime(date);
    if (time === undefined) notes.unreadableDates += 1;
    return time;
  };
  const receivedAt = call.received.at.getTime();
  const sentAt = timeOf(draft.sentAt) ?? timeOf(envelope.sentAt) ?? receivedAt;
  const original = timeOf(draft.timestamp) ?? timeOf(draft.originalTimestamp);
  const corrected = original === undefined ? receivedAt : receivedAt - (sentAt - original);
  draft.originalTimestamp = iso(original ?? receivedAt);
  draft.sentAt = iso(sentAt);
  draft.receivedAt = iso(receivedAt);
  draft.timestamp = iso(isFourDigitYear(corrected) ? corrected : receivedAt);
  return undefined;
};

const MOST_KNOWN = 256;
const known = new Map<number, string>();

/** Remembers some: all messages of a batch share two of their four times, and the text takes longer to make than to find. */
function iso(time: number): string {
  const found = known.get(time);
  if (found !== undefined) return found;
  if (known.size >= MOST_KNOWN) known.clear();
  const text = new Date(time).toISOString();
  known.set(time, text);
  return text;
}
