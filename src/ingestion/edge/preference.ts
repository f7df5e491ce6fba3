import { type NextFunction, type Request, type Response } from 'express';

const REPRESENTATION = /(?:^|,)\s*return\s*=\s*"?representation"?\s*(?:[;,]|$)/i;

/**
 * Whether the caller asks for the outcome of each message (`Prefer: return=representation`, RFC 7240). SDKs do not, and get
 * the answer that they know.
 */
export function wantsDetails({ headers }: Pick<Request, 'headers'>): boolean {
  const prefer = headers['prefer'];
  return prefer !== undefined && REPRESENTATION.test(String(prefer));
}

/** Express middleware: confirms the preference. The error filter takes the header away from an answer without outcomes. */
export function confirmPreference(request: Request, response: Response, next: NextFunction): void {
  if (wantsDetails(request)) response.setHeader('Preference-Applied', 'return=representation');
  next();
}
