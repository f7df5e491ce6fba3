export class LiveResponse {
  /**
   * Always `ok`: the process answers.
   * @example ok
   */
  status!: string;
}

export class ReadyResponse {
  /**
   * `ready`, or `not ready`.
   * @example ready
   */
  status!: string;

  /**
   * What stands in the way, one sentence each.
   * @example []
   */
  problems!: string[];

  /**
   * What does not stand in the way and should be known, one sentence each: that Postgres is away, and since when.
   * @example []
   */
  details!: string[];
}
