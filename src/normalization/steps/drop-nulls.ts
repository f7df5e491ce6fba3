import { type Step } from '../draft/step.js';

const PROTOCOL_FIELDS = [
  'userId',
  'anonymousId',
  'groupId',
  'previousId',
  'messageId',
  'event',
  'name',
  'category',
  'properties',
  'traits',
  'context',
  'integrations',
  'timestamp',
  'originalTimestamp',
  'sentAt',
  'channel',
];

/** SDKs write null where they have nothing (WIRE 0.2 item 9); in an app's own fields a null is the app's. */
export const dropNulls: Step = (draft) => {
  for (const field of PROTOCOL_FIELDS) if (draft[field] === null) Reflect.deleteProperty(draft, field);
  return undefined;
};
