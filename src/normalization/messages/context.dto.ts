/** Circumstances of a message. Fields that are not listed pass through unchanged. */
export class ContextDto {
  /**
   * IP address of the user. If missing, calls from devices get the caller's address.
   * @example '203.0.113.7'
   */
  ip?: string;

  /** True on a call to a server path that the user's own device makes: the caller's address becomes `ip`. */
  direct?: boolean;

  /** @example 'en-GB' */
  locale?: string;

  /** User agent of the device. If missing, pixels get that of the request. */
  userAgent?: string;

  /** Library that made the call: `name` and `version`. */
  library?: Record<string, unknown>;

  /** The user's page: `path`, `referrer`, `search`, `title`, `url`. */
  page?: Record<string, unknown>;

  /** The user's device: `id`, `manufacturer`, `model`, `name`, `type`. */
  device?: Record<string, unknown>;
}
