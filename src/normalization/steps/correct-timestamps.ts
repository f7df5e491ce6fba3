import { unreadableDates } from '../../metrics/counters.js';
import { isFourDigitYear, parseTime } from '../draft/parse-time.js';
import { type Step } from '../draft/step.js';

/**
 * The device clock may be wrong; the gap between sentAt and receivedAt tells by how much (WIRE 2.3). A date that cannot
 * be read is counted, counts as missing and never costs the event.
 */
export const correctTimestamps: Step = (draft, { call, envelope }) => {
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

function timeOf(date: unknown): number | undefined {
  if (date === undefined || date === null) return undefined;
  const time = parseTime(date);
  if (time === undefined) unreadableDates.inc();
  return time;
}

const iso = (time: number): string => new Date(time).toISOString();
