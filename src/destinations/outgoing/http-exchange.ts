import { type Dispatcher } from 'undici';
import { withDeadline } from '../../resilience/time-limit.js';
import { onStatusOf } from './status-watch.js';

/** The answer to a request as far as it is wanted. */
export interface HttpAnswer {
  readonly status: number;
  readonly retryAfter?: string | undefined;
  readonly body: string;
}

export interface ExchangeOptions {
  readonly signal: AbortSignal;
  /** Whether a success is complete with its status line. */
  readonly ignoresBody: boolean;
  /** By performance.now(): before this time the answer is taken as far as it has arrived. */
  readonly endsAt: number;
}

const MAX_BODY_BYTES = 65_536;
/** Longest time for the headers and the body after the status line, in ms. */
const REST_MS = 5_000;
/** How long a success waits for an ignored body, in ms: a short one frees its connection for the next request. */
const SHORT_MS = 50;
/** How long an answer may go on in the background, in ms, before its connection is closed. */
const IGNORED_MS = 2_000;

export const isSuccess = (status: number): boolean => status >= 200 && status < 300;

/**
 * Makes one request. A receiver that has sent a status of success has accepted the events: it resolves then, although headers
 * or body stall, break off or cannot be read. Rejects as undici does where no such status has arrived.
 */
export async function exchange(
  text: string,
  send: (body: Buffer, signal: AbortSignal) => Promise<Dispatcher.ResponseData>,
  options: ExchangeOptions,
): Promise<HttpAnswer> {
  const { signal, ignoresBody } = options;
  signal.throwIfAborted();
  const body = Buffer.from(text);
  const ending = new AbortController();
  const stop = (): void => ending.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<HttpAnswer>((resolve, reject) => {
      let accepted: HttpAnswer | undefined;
      onStatusOf(body, (status) => {
        if (!isSuccess(status)) return;
        const answer = (accepted = { status, body: '' });
        const patience = Math.min(ignoresBody ? SHORT_MS : REST_MS, restMs(options));
        void endsWithin(whole, patience).then(async (isOver) => {
          resolve(answer);
          if (!isOver && !(await endsWithin(whole, IGNORED_MS))) ending.abort();
        });
      });
      const whole = send(body, ending.signal).then((data) => answerOf(data, options));
      const settled = whole.catch((error: unknown) => {
        if (accepted === undefined) throw error;
        return accepted;
      });
      settled.then(resolve, reject);
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Whether an answer is over, read or failed, within the time in ms. */
async function endsWithin(answer: Promise<unknown>, ms: number): Promise<boolean> {
  const ended = answer.then(
    () => true,
    () => true,
  );
  return (await withDeadline(ended, ms)) === true;
}

const restMs = ({ endsAt }: ExchangeOptions): number =>
  Math.max(0, Math.min(REST_MS, endsAt - performance.now()));

async function answerOf(
  { statusCode: status, headers, body }: Dispatcher.ResponseData,
  options: ExchangeOptions,
): Promise<HttpAnswer> {
  if (isSuccess(status) && options.ignoresBody) {
    await body.dump({ limit: MAX_BODY_BYTES }).catch(() => undefined);
    return { status, body: '' };
  }
  const header = headers['retry-after'];
  const retryAfter = Array.isArray(header) ? header[0] : header;
  return { status, retryAfter, body: await firstOf(body, restMs(options)) };
}

/**
 * The first 64 kB of a body, as far as they arrive within the time; the rest is not read. The status alone decides the result,
 * so a body that stalls or breaks off changes nothing.
 */
async function firstOf(body: Dispatcher.ResponseData['body'], ms: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const reading = async (): Promise<void> => {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= MAX_BODY_BYTES) break;
    }
  };
  if (!(await endsWithin(reading(), ms))) body.destroy();
  return Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES).toString('utf8');
}
