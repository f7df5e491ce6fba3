import { type RejectionCode } from '../../events/call-error.js';

/** The error message for each reason for which a message is rejected (WIRE 1.7). */
export const REASONS: Record<RejectionCode, string> = {
  bad_request: 'A message must be a JSON object',
  invalid_type: 'type must be one of identify, track, page, screen, group, alias',
  no_user_anon_id: 'A message needs a userId or an anonymousId',
  id_not_string: 'Ids must be non-empty strings or numbers',
  id_too_long: 'Ids may have at most 1,024 bytes',
  user_id_required: 'An alias call needs a userId',
  group_id_required: 'A group call needs a groupId',
  previous_id_required: 'An alias call needs a previousId',
  event_not_defined: 'A track call needs an event',
  event_not_string: 'event must be a string',
  properties_not_object: 'properties must be an object',
  traits_not_object: 'traits must be an object',
  name_not_string: 'name must be a non-empty string',
  category_not_string: 'category must be a non-empty string',
  message_id_too_long: 'messageId may have at most 100 characters',
  event_too_large: 'Exceed payload limit: the message is too large',
  nesting_too_deep: 'A message may be nested at most 200 levels deep',
  consent_categorypreferences_should_exist: 'A change of consent needs context.consent.categoryPreferences',
  consent_categorypreferences_fields_should_be_object: 'categoryPreferences must be an object',
  consent_categorypreferences_fields_should_be_bool:
    'The fields of categoryPreferences must be true or false',
  device_advertisingid_should_be_string: 'context.device.advertisingId must be a string',
  consent_version_should_be_number: 'context.consent.version must be a number',
};
