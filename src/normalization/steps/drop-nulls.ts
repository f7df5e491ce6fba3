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

/**
 * SDKs send null for an absent protocol field (WIRE 0.2 item 9), and PHP writes empty traits as an empty list. An empty list of
 * properties is refused (WIRE 7.2). A null in an app's own field is data and stays.
 */
export const dropNulls: Step = (draft) => {
  for (const field of PROTOCOL_FIELDS) if (draft[field] === null) Reflect.deleteProperty(draft, field);
  const { type, traits } = draft;
  if (Array.isArray(traits) && traits.length === 0 && (type === 'identify' || type === 'group'))
    draft.traits = {};
  return undefined;
};
