/** Where and how a message came about. Any further fields are kept. */
export class ContextDto {
  /**
   * IP address of the user; filled in for calls from devices when it is not given.
   * @example '203.0.113.7'
   */
  ip?: string;

  /** Set it on a server-side call that comes from the user's own device: the caller's address becomes `ip`. */
  direct?: boolean;

  /** @example 'en-GB' */
  locale?: string;

  /** User agent of the device; filled in for pixels when it is not given. */
  userAgent?: string;

  /** Library that made the call: `name` and `version`. */
  library?: Record<string, unknown>;

  /** Page the user was on: `path`, `referrer`, `search`, `title`, `url`. */
  page?: Record<string, unknown>;

  /** Device the user held: `id`, `manufacturer`, `model`, `name`, `type`. */
  device?: Record<string, unknown>;
}
