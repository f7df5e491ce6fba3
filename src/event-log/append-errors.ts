/** The event log cannot make anything durable now; another try later helps. */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable';
}

/** More bytes are in flight than the event log may hold in memory; another try soon helps. */
export class LogOverloaded extends Error {
  override readonly name = 'LogOverloaded';
}
