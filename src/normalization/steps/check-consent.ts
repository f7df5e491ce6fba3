import { isJsonObject } from '../../events/event.js';
import { pointerTo } from '../../events/json-pointer.js';
import { type StepFault, type Step } from '../draft/step.js';

/** The only event whose context Segment checks: a user changed their consent (WIRE 1.7). */
const CONSENT_EVENT = 'Segment Consent Preference Updated';
const PREFERENCES = '/context/consent/categoryPreferences';

export const checkConsent: Step = ({ type, event, context }) => {
  if (type !== 'track' || event !== CONSENT_EVENT || !isJsonObject(context)) return undefined;
  const consent = isJsonObject(context.consent) ? context.consent : {};
  const device = isJsonObject(context.device) ? context.device : {};
  const { version } = consent;
  const { advertisingId } = device;
  if (version !== undefined && typeof version !== 'number')
    return { code: 'consent_version_should_be_number', pointer: '/context/consent/version' };
  if (advertisingId !== undefined && typeof advertisingId !== 'string')
    return { code: 'device_advertisingid_should_be_string', pointer: '/context/device/advertisingId' };
  return preferencesFault(consent.categoryPreferences);
};

function preferencesFault(preferences: unknown): StepFault | undefined {
  if (preferences === undefined || preferences === null)
    return { code: 'consent_categorypreferences_should_exist', pointer: PREFERENCES };
  if (!isJsonObject(preferences))
    return { code: 'consent_categorypreferences_fields_should_be_object', pointer: PREFERENCES };
  const faulty = Object.entries(preferences).find(([, choice]) => typeof choice !== 'boolean');
  return faulty && { code: 'consent_categorypreferences_fields_should_be_bool', pointer: below(faulty[0]) };
}

const below = (key: string): string => `${PREFERENCES}${pointerTo(key)}`;
