import { Injectable, type PipeTransform } from '@nestjs/common';
import { type Call, type NormalizedCall } from '../events/call.js';
import { unreadableDates } from '../metrics/counters.js';
import { Limits } from './draft/limits.js';
import { normalize } from './normalize.js';

/** Every call passes through here, whatever its transport. It does not decide how a refused call is answered. */
@Injectable()
export class NormalizationPipe implements PipeTransform<Call, NormalizedCall> {
  constructor(private readonly limits: Limits) {}

  transform(call: Call): NormalizedCall {
    const normalized = normalize(call, this.limits);
    unreadableDates.inc(normalized.unreadableDates);
    return normalized;
  }
}
