import { type CanActivate, type ExecutionContext, Injectable, Logger } from '@nestjs/common';
import { CallError } from '../events/call-error.js';
import { type Source } from '../events/source.js';
import { writeKeyMismatches } from '../metrics/counters.js';
import { type KeyedRequest } from './keyed-request.js';
import { writeKeyOf } from './write-key-of.js';
import { WriteKeySnapshot } from './write-key-snapshot.js';

/** Lets a call pass that has a valid write key, and puts the source it belongs to on the request (WIRE 1.2). */
@Injectable()
export class WriteKeyGuard implements CanActivate {
  private readonly log = new Logger(WriteKeyGuard.name);

  constructor(private readonly snapshot: WriteKeySnapshot) {}

  /** Throws a CallError: `invalid_write_key`, `source_disabled`, or the body's own fault when that may have hidden the key. */
  canActivate(context: ExecutionContext): true {
    const request = context.switchToHttp().getRequest<KeyedRequest>();
    const { body, fault } = request.received;
    const { key, mismatch } = writeKeyOf(request.headers.authorization, body, beaconKeyOf(request));
    if (key === undefined) throw fault ?? new CallError('invalid_write_key', 'No write key was provided');
    request.source = this.sourceOf(key);
    if (mismatch) {
      writeKeyMismatches.inc();
      this.log.debug({ event: 'write_key.mismatch', source: request.source.id });
    }
    return true;
  }

  private sourceOf(key: string): Source {
    const source = this.snapshot.resolve(key);
    if (source === undefined) throw new CallError('invalid_write_key', 'An invalid write key was provided');
    if (source === 'disabled')
      throw new CallError('source_disabled', 'The source of this write key is disabled');
    return source;
  }
}

/** A beacon cannot set headers: its key is in the address, the first one when there are several. */
function beaconKeyOf({ path, query }: KeyedRequest): string | undefined {
  if (!/^\/beacon\//i.test(path)) return undefined;
  const given = query['writeKey'];
  const first: unknown = Array.isArray(given) ? given[0] : given;
  return typeof first === 'string' ? first : undefined;
}
