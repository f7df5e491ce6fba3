import { type Request } from 'express';

const REPRESENTATION = /(?:^|,)\s*return\s*=\s*"?representation"?\s*(?:[;,]|$)/i;

/**
 * Whether the caller asks for the outcome of each message (`Prefer: return=representation`, RFC 7240). SDKs do not, and get
 * the answer that they know.
 */
export function wantsDetails({ headers }: Pick<Request, 'headers'>): boolean {
  const prefer = headers['prefer'];
  return prefer !== undefined && REPRESENTATION.test(String(prefer));
}
