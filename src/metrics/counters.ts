import { Counter, Registry } from 'prom-client';

/** Counters of this process; their sums agree (DESIGN 2, promise 2). */
export const counters = new Registry();

const registers = [counters];

/** Messages by outcome, counted when the outcome is durable. `code` is the reason of a rejection. */
export const messageOutcomes = new Counter({
  name: 'tributary_messages_total',
  help: 'Messages by outcome (accepted, duplicate, rejected), with the reason code of rejected ones.',
  labelNames: ['outcome', 'code'] as const,
  registers,
});

/** Calls, not messages: the messages of a refused call are also counted as rejected. */
export const callsRefused = new Counter({
  name: 'tributary_calls_refused_total',
  help: 'Calls answered with an error, by code.',
  labelNames: ['code'] as const,
  registers,
});

export const bareNumbers = new Counter({
  name: 'tributary_bare_numbers_total',
  help: 'NaN and Infinity values in JSON from callers, which were read as null.',
  registers,
});

export const unreadableDates = new Counter({
  name: 'tributary_unreadable_dates_total',
  help: 'Unreadable dates in messages, which were treated as missing.',
  registers,
});

export const writeKeyMismatches = new Counter({
  name: 'tributary_write_key_mismatches_total',
  help: 'Calls whose body named a different write key than the header or the URL. The header or URL was used.',
  registers,
});

export const usageNotCounted = new Counter({
  name: 'tributary_write_key_usage_not_counted_total',
  help: 'Messages and refused calls missing from the usage of write keys, because too many were waiting for Postgres.',
  registers,
});

export const deduplicationSkipped = new Counter({
  name: 'tributary_deduplication_skipped_total',
  help: 'Events accepted without a check for duplicates, because the store of message ids was away.',
  registers,
});

export const rateLimitLocal = new Counter({
  name: 'tributary_rate_limit_local_total',
  help: 'Calls whose rate limits this instance checked alone, because Redis was away or slow.',
  registers,
});

export const deadLettersOverflow = new Counter({
  name: 'tributary_dead_letters_overflow_total',
  help: 'Dead letters stored in the Kafka topic only, because their destination has DEAD_LETTERS_MAX in Postgres or their workspace its quota, by destination type.',
  labelNames: ['type'] as const,
  registers,
});

export const backlogRemoved = new Counter({
  name: 'tributary_backlog_removed_total',
  help: 'Records that the retention of the event log removed before a destination had read them, of all workspaces. Each delivery process counts them.',
  aggregator: 'max',
  registers,
});

export const adminTokensRefused = new Counter({
  name: 'tributary_admin_tokens_refused_total',
  help: 'Requests to the administration that were refused for their token: invalid, or limited (unchecked, because many wrong tokens came from the address).',
  labelNames: ['reason'] as const,
  registers,
});

export const auditEntriesDeleted = new Counter({
  name: 'tributary_audit_entries_deleted_total',
  help: 'Entries of the audit log that were deleted, because their workspace had more than its quota.',
  registers,
});

export const deliveryProcessesLost = new Counter({
  name: 'tributary_delivery_processes_lost_total',
  help: 'Delivery processes that ended unasked, by cause: died, blocked, memory or not_started.',
  labelNames: ['cause'] as const,
  registers,
});

export const workersLost = new Counter({
  name: 'tributary_workers_lost_total',
  help: 'Worker processes that ended unasked, by cause: died, blocked or not_started. Each was replaced.',
  labelNames: ['cause'] as const,
  registers,
});

export const deliveryLogDropped = new Counter({
  name: 'tributary_delivery_log_dropped_total',
  help: 'Attempts missing from the delivery log, because too many were waiting for Postgres.',
  registers,
});

/** `retry`, `held` and `behind` are not final: the same delivery is counted again at its next attempt. */
export const deliveryOutcomes = new Counter({
  name: 'tributary_deliveries_total',
  help: 'Attempts of deliveries by destination type, outcome (delivered, filtered, retry, dead, held, behind; or discarded without another attempt) and, where filtered, discarded or shed, the reason (integrations, connection_filter, disabled, handler; destination_deleted; backlog_limit).',
  labelNames: ['type', 'outcome', 'reason'] as const,
  registers,
});
