import { Injectable } from '@nestjs/common';
import { DeliveryConfig } from '../../config/delivery.config.js';
import { type DestinationTypeFacts, destinationTypes } from './destination-types.js';

/** Pause reason of a destination whose type the operator does not allow. It ends when the operator allows the type. */
export const TYPE_NOT_ALLOWED = 'type_not_allowed';

/** DESTINATION_TYPES names a type that this build does not have. */
export class UnknownDestinationType extends Error {
  override readonly name = 'UnknownDestinationType';
  constructor(type: string) {
    const known = destinationTypes.map((facts) => facts.type).join(', ');
    super(`DESTINATION_TYPES: this build has no type ${type}. It has ${known}.`);
  }
}

/** The destination types that tenants may use, by the setting DESTINATION_TYPES; all by default. */
@Injectable()
export class AllowedTypes {
  readonly facts: readonly DestinationTypeFacts[];

  /** Throws UnknownDestinationType, so that a misspelt name does not forbid a type unnoticed. */
  constructor({ DESTINATION_TYPES: types }: DeliveryConfig) {
    const unknown = types?.find((type) => !destinationTypes.some((facts) => facts.type === type));
    if (unknown !== undefined) throw new UnknownDestinationType(unknown);
    this.facts = destinationTypes.filter(({ type }) => types?.includes(type) ?? true);
  }

  has(type: string): boolean {
    return this.facts.some((facts) => facts.type === type);
  }

  /** Whether this build has the type and the operator forbids it. */
  forbids(type: string): boolean {
    return !this.has(type) && destinationTypes.some((facts) => facts.type === type);
  }
}
