import { HttpException, Logger } from '@nestjs/common';
import { LogOverloaded, LogUnavailable, RecordsRefused } from '../../event-log/append-errors.js';
import { CallError, type CallErrorCode, RateLimited } from '../../events/call-error.js';
import { callsRefused } from '../../metrics/counters.js';
import { TooManyArriving } from '../../arrivals/arrivals.js';
import { STATUS } from './status-of.js';

/** The answer to a failed call, for a filter to send as JSON or as an image. */
export interface ErrorAnswer {
  readonly status: number;
  readonly code: CallErrorCode;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
}

const logger = new Logger('Ingestion');

/** Seconds that the caller should wait. SDKs read positive whole numbers only (WIRE 6.1). */
const OVERLOADED_WAIT = 1;
const UNAVAILABLE_WAIT = 5;

/** The answer to any error. An unexpected error is logged, and its text is not part of the answer. */
export function errorAnswer(error: unknown): ErrorAnswer {
  const answer = answerOf(error);
  const { code, status } = answer;
  callsRefused.inc({ code });
  if (code === 'internal_error') logger.error({ event: 'call.failed', status, code }, stackOf(error));
  else logger.debug({ event: 'call.refused', status, code });
  return answer;
}

function answerOf(error: unknown): ErrorAnswer {
  if (error instanceof RateLimited) return answer(error.code, error.message, waiting(error.resetSeconds));
  if (error instanceof CallError) return answer(error.code, error.message);
  if (error instanceof LogUnavailable || error instanceof RecordsRefused) {
    return answer('unavailable', 'Events cannot be stored now, try again later', {
      'Retry-After': String(UNAVAILABLE_WAIT),
    });
  }
  if (error instanceof LogOverloaded || error instanceof TooManyArriving) {
    return answer('rate_limited', 'Too many events at once, try again soon', waiting(OVERLOADED_WAIT));
  }
  if (error instanceof HttpException && error.getStatus() < 500) {
    return { ...answer('bad_request', error.message), status: error.getStatus() };
  }
  return answer('internal_error', 'Something went wrong here');
}

const answer = (
  code: CallErrorCode,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): ErrorAnswer => ({ status: STATUS[code], code, message, headers });

/** The header fields for a call that came too soon; an SDK reads one or the other. */
const waiting = (seconds: number): Record<string, string> => ({
  'Retry-After': String(seconds),
  'X-RateLimit-Reset': String(seconds),
});

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? '') : String(error));
