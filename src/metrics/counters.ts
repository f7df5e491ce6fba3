import { Counter, Registry } from 'prom-client';

/** What this process counts of its own; the sums agree (DESIGN 2, promise 2). */
export const counters = new Registry();

const registers = [counters];

/** Messages by what became of them; one is counted when that is durable. `code` is the reason of a rejection. */
export const messageOutcomes = new Counter({
  name: 'tributary_messages_total',
  help: 'Messages by outcome (accepted, duplicate, rejected) and, where rejected, the reason code.',
  labelNames: ['outcome', 'code'] as const,
  registers,
});

/** Calls, not messages: the messages of a refused call, where it had any, are counted as rejected as well. */
export const callsRefused = new Counter({
  name: 'tributary_calls_refused_total',
  help: 'Calls that were answered with an error, by code.',
  labelNames: ['code'] as const,
  registers,
});

export const bareNumbers = new Counter({
  name: 'tributary_bare_numbers_total',
  help: 'NaN and Infinity that senders wrote into JSON, and that were read as null.',
  registers,
});

export const unreadableDates = new Counter({
  name: 'tributary_unreadable_dates_total',
  help: 'Dates of messages that could not be read, and that counted as missing.',
  registers,
});

export const writeKeyMismatches = new Counter({
  name: 'tributary_write_key_mismatches_total',
  help: 'Calls whose body named another write key than the header or the address, which won.',
  registers,
});

export const usageNotCounted = new Counter({
  name: 'tributary_write_key_usage_not_counted_total',
  help: 'Messages and refused calls that are missing in the counts on write keys, because too many waited for Postgres.',
  registers,
});

export const deduplicationSkipped = new Counter({
  name: 'tributary_deduplication_skipped_total',
  help: 'Events that were accepted without the store of message ids, because it was away.',
  registers,
});

export const rateLimitLocal = new Counter({
  name: 'tributary_rate_limit_local_total',
  help: 'Calls whose rate limits this instance judged on its own, because Redis was away or slow.',
  registers,
});

export const deadLettersOverflow = new Counter({
  name: 'tributary_dead_letters_overflow_total',
  help: 'Dead letters that are on the topic only, because their destination has as many in Postgres as it may, by type.',
  labelNames: ['type'] as const,
  registers,
});

export const deliveryLogDropped = new Counter({
  name: 'tributary_delivery_log_dropped_total',
  help: 'Attempts that are missing in the log of deliveries, because too many waited for Postgres.',
  registers,
});

/** `retry`, `held` and `behind` are not final: the same delivery is counted again at its next attempt. */
export const deliveryOutcomes = new Counter({
  name: 'tributary_deliveries_total',
  help: 'Attempts of deliveries by destination type, outcome (delivered, filtered, retry, dead, held, behind; or discarded without another attempt) and, where filtered or discarded, the reason (integrations, connection_filter, disabled, handler; destination_deleted).',
  labelNames: ['type', 'outcome', 'reason'] as const,
  registers,
});
