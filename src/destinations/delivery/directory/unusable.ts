/** A destination that cannot be delivered to as its row is; its events wait. `facts` go to the log and hold no value. */
export class Unusable extends Error {
  override readonly name = 'Unusable';
  constructor(
    readonly reason:
      'unknown_type' | 'invalid_settings' | 'invalid_filter' | 'secret_key_unknown' | 'secret_damaged',
    readonly facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(reason);
  }
}
