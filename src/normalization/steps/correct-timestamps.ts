import { isFourDigitYear, parseTime } from '../parse-time.js';
import { type Step } from '../step.js';

/**
 * The device clock may be wrong; the gap between sentAt and receivedAt tells by how much (WIRE 2.3). A date that cannot
 * be read counts as missing and never costs the event.
 */
export const correctTimestamps: Step = (draft, { call, envelope }) => {
  const receivedAt = call.received.at.getTime();
  const sentAt = parseTime(draft.sentAt) ?? parseTime(envelope.sentAt) ?? receivedAt;
  const original = parseTime(draft.timestamp) ?? parseTime(draft.originalTimestamp);
  const corrected = original === undefined ? receivedAt : receivedAt - (sentAt - original);
  draft.originalTimestamp = iso(original ?? receivedAt);
  draft.sentAt = iso(sentAt);
  draft.receivedAt = iso(receivedAt);
  draft.timestamp = iso(isFourDigitYear(corrected) ? corrected : receivedAt);
  return undefined;
};

const iso = (time: number): string => new Date(time).toISOString();
