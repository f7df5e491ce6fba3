export class LiveResponse {
  /**
   * Always `ok`: the process answers.
   * @example ok
   */
  status!: string;
}

export class ReadyResponse {
  /**
   * `ready` or `not ready`.
   * @example ready
   */
  status!: string;

  /**
   * Why the instance is not ready, one sentence each.
   * @example []
   */
  problems!: string[];

  /**
   * Faults that do not affect readiness, one sentence each, such as an outage of Postgres.
   * @example []
   */
  details!: string[];
}
