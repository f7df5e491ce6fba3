import { DEFAULT_LIMITS, type Handler, type HandlerLimits } from '../contract/handler.js';
import { addressesOf, secretsOf } from '../contract/settings-marks.js';
import { handlers } from '../handlers/index.js';

/** A destination type as the admin API shows it. */
export interface DestinationTypeFacts {
  readonly type: string;
  readonly title: string;
  readonly handler: Handler;
  /** Names of the settings that are stored sealed and never shown. */
  readonly secrets: readonly string[];
  /** Names of the settings that hold an address of the receiver. */
  readonly addresses: readonly string[];
  /** Limits with default settings. */
  readonly limits: HandlerLimits;
}

/** All destination types of this build, in the order of their registration. */
export const destinationTypes: readonly DestinationTypeFacts[] = handlers.map((one) => {
  const handler = one as Handler;
  const { type, title, settings } = handler;
  return {
    type,
    title,
    handler,
    secrets: secretsOf(settings),
    addresses: addressesOf(settings),
    limits: handlerLimitsOf(handler, new settings()),
  };
});

const byType = new Map(destinationTypes.map((facts) => [facts.type, facts]));

/** The handler of a type; undefined for a type that this build does not have. */
export function handlerOf(type: string): Handler | undefined {
  return byType.get(type)?.handler;
}

/** The limits of a type with these settings. */
export function handlerLimitsOf<S extends object>(handler: Handler<string, S>, settings: S): HandlerLimits {
  return { ...DEFAULT_LIMITS, ...handler.limits?.(settings) };
}
