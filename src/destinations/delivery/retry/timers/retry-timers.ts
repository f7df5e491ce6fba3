import { type RetryTimer } from '../../ledger/retry-ledger.js';

/**
 * The timers of retries. They only save the sweeper's delay: Postgres knows when a delivery is due, and a timer may be lost,
 * late or due twice. So setting one never fails, and no caller waits for it.
 */
export abstract class RetryTimers {
  /** Calls `onDue` with every timer that is due from now on. Called once. */
  abstract start(onDue: (timer: RetryTimer) => void): void;
  abstract arm(timers: readonly RetryTimer[]): void;
}

/** One timer per attempt of a delivery, however often it is set. */
export const timerKeyOf = ({ id, attempt }: Pick<RetryTimer, 'id' | 'attempt'>): string => `${id}:${attempt}`;
