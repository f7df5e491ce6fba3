/** The event log cannot make records durable now; a later try can succeed. */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable';
}

/** More bytes are in flight than the event log may hold in memory; a try within seconds can succeed. */
export class LogOverloaded extends Error {
  override readonly name = 'LogOverloaded';
}

/**
 * The event log refuses these records and takes others: they are too large, or their topic is missing or forbidden. This
 * is no outage: the same records fail again until an operator changes the topic or its limits.
 */
export class RecordsRefused extends Error {
  override readonly name = 'RecordsRefused';
}
