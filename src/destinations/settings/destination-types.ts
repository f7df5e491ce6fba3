import { DEFAULT_LIMITS, type Handler, type HandlerLimits } from '../contract/handler.js';
import { addressesOf, secretsOf } from '../contract/settings-marks.js';
import { handlers } from '../handlers/index.js';

/** A destination type as the administration tells of it. */
export interface DestinationTypeFacts {
  readonly type: string;
  readonly title: string;
  readonly handler: Handler;
  /** Names of the settings that are stored encrypted and never shown. */
  readonly secrets: readonly string[];
  /** Names of the settings that hold an address which is called. */
  readonly addresses: readonly string[];
  /** With settings left at their defaults. */
  readonly limits: HandlerLimits;
}

/** Every type that this build can deliver to, in the order of their registration. */
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

export function handlerOf(type: string): Handler | undefined {
  return byType.get(type)?.handler;
}

export function handlerLimitsOf<S extends object>(handler: Handler<string, S>, settings: S): HandlerLimits {
  return { ...DEFAULT_LIMITS, ...handler.limits?.(settings) };
}
