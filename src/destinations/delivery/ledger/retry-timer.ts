/** What a timer carries: which delivery to try, and how many attempts it had when the timer was set. */
export interface RetryTimer {
  readonly id: string;
  readonly destinationId: string;
  readonly attempt: number;
  readonly delayMs: number;
}

export const RETRY_QUEUE = 'delivery-retries';
