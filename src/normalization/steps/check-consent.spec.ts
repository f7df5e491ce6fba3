import { describe, expect, it } from 'vitest';
import { aCall, eventOf, faultOf, limits } from '../../../test/support/a-call.js';
import { normalize } from '../normalize.js';

const change = (context: unknown) => ({ userId: 'u', event: 'Segment Consent Preference Updated', context });
const PREFERENCES = '/context/consent/categoryPreferences';

describe('a change of consent', () => {
  it.each([
    [undefined, 'consent_categorypreferences_should_exist', PREFERENCES],
    [{ consent: {} }, 'consent_categorypreferences_should_exist', PREFERENCES],
    [{ consent: { categoryPreferences: null } }, 'consent_categorypreferences_should_exist', PREFERENCES],
    [
      { consent: { categoryPreferences: [] } },
      'consent_categorypreferences_fields_should_be_object',
      PREFERENCES,
    ],
    [
      { consent: { categoryPreferences: { 'a/~b': 'yes' } } },
      'consent_categorypreferences_fields_should_be_bool',
      `${PREFERENCES}/a~1~0b`,
    ],
    [
      { consent: { categoryPreferences: { a: true }, version: '2' } },
      'consent_version_should_be_number',
      '/context/consent/version',
    ],
    [
      { consent: { categoryPreferences: { a: true } }, device: { advertisingId: 7 } },
      'device_advertisingid_should_be_string',
      '/context/device/advertisingId',
    ],
  ])('with the context %j: %s', (context, code, pointer) => {
    expect(faultOf(change(context))).toEqual({ code, pointer });
  });

  it('is accepted when it says what it must, also where the envelope says it', () => {
    const context = {
      consent: { categoryPreferences: { a: true, b: false }, version: 2 },
      device: { advertisingId: 'x' },
    };
    expect(eventOf(change(context)).context).toEqual(context);
    const batch = { context, batch: [{ ...change({}), type: 'track' }] };
    expect(normalize(aCall(batch, { form: 'batch' }), limits).accepted).toHaveLength(1);
  });

  it('is the only event that is asked', () => {
    const context = { consent: { categoryPreferences: 5 } };
    expect(eventOf({ ...change(context), event: 'other' }).context).toEqual(context);
    expect(eventOf(change(context), { type: 'identify' }).context).toEqual(context);
  });
});
