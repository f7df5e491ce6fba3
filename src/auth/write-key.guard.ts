import { type CanActivate, type ExecutionContext, Injectable, Logger } from '@nestjs/common';
import { type Response } from 'express';
import { type CallTransport } from '../events/call.js';
import { CallError, RateLimited } from '../events/call-error.js';
import { writeKeyMismatches } from '../metrics/counters.js';
import { RequestCaller } from './keys/caller.js';
import { keyRefusalOf } from './keys/key-restrictions.js';
import { type KeyedRequest } from './keyed-request.js';
import { isLimited, type KnownKey, rateLimitsOf } from './keys/known-key.js';
import { policyOf, rateLimitFields } from './rate-limit/rate-limit-fields.js';
import { RateLimiter } from './rate-limit/rate-limiter.js';
import { invalidKey, refusalOf } from './refusals.js';
import { transportOf } from './transport.js';
import { KeyUsage } from './usage/key-usage.js';
import { writeKeyOf } from './write-key-of.js';
import { WriteKeySnapshot } from './snapshot/write-key-snapshot.js';

/**
 * Admits a call when its write key allows it (WIRE 1.2, DESIGN 5.6), and writes its sender to the request. A refusal is
 * counted as usage of the key.
 */
@Injectable()
export class WriteKeyGuard implements CanActivate {
  private readonly logger = new Logger(WriteKeyGuard.name);

  constructor(
    private readonly snapshot: WriteKeySnapshot,
    private readonly limiter: RateLimiter,
    private readonly usage: KeyUsage,
  ) {}

  /**
   * Throws a CallError: `invalid_write_key`, `source_disabled`, one of the three `…_not_allowed`, or the fault of a body that
   * could not be read and may have held the key. Rejects with RateLimited. A call without limits does not wait.
   */
  canActivate(context: ExecutionContext): true | Promise<true> {
    const http = context.switchToHttp();
    return this.check(http.getRequest(), http.getResponse(), transportOf(context.getClass()));
  }

  /** Like `canActivate`, for a request whose transport is known. */
  check(request: KeyedRequest, response: Response, transport: CallTransport): true | Promise<true> {
    const { body, fault } = request.received;
    const inAddress = transport === 'beacon' ? keyInAddress(request) : undefined;
    const { key, mismatch } = writeKeyOf(request.headers.authorization, body, inAddress);
    if (key === undefined) throw fault ?? new CallError('invalid_write_key', 'No write key was provided');
    const known = this.admit(key, new RequestCaller(request, transport));
    request.sender = { source: known.source, writeKeyId: known.id, transport };
    if (mismatch) {
      writeKeyMismatches.inc();
      this.logger.debug({ event: 'write_key.mismatch', source: known.source.id });
    }
    return isLimited(known) ? this.grant(known, response) : true;
  }

  private admit(key: string, caller: RequestCaller): KnownKey {
    const known = this.snapshot.find(key);
    if (known === undefined) throw invalidKey();
    const refusal = keyRefusalOf(known, caller, Date.now());
    if (refusal === undefined) return known;
    this.usage.count(known.id, refusal);
    throw refusalOf(refusal, caller);
  }

  private async grant(known: KnownKey, response: Response): Promise<true> {
    const grant = await this.limiter.take(rateLimitsOf(known));
    response.set(rateLimitFields(grant));
    if (grant.granted) return true;
    this.usage.count(known.id, 'rate_limited');
    const { limit, resetSeconds } = grant;
    throw new RateLimited(
      `This ${policyOf(grant) === 'key' ? 'write key' : 'workspace'} may make ${limit} calls per second, try again soon`,
      resetSeconds,
    );
  }
}

/** A beacon cannot set headers, so its key is in the address: the first one when there are several. */
function keyInAddress({ query }: KeyedRequest): string | undefined {
  const given = query['writeKey'];
  const first: unknown = Array.isArray(given) ? given[0] : given;
  return typeof first === 'string' ? first : undefined;
}
