import { type NextFunction, type Response } from 'express';
import { type KeyedRequest } from '../../auth/keyed-request.js';

const REPRESENTATION = /(?:^|,)\s*return\s*=\s*"?representation"?\s*(?:[;,]|$)/i;

/**
 * Notices who asks to be told what became of each message (`Prefer: return=representation`, RFC 7240). Nobody else is:
 * SDKs get the answer they know.
 */
export function noticePreference(request: KeyedRequest, response: Response, next: NextFunction): void {
  const prefer = request.headers['prefer'];
  if (prefer !== undefined && REPRESENTATION.test(String(prefer))) {
    request.detailed = true;
    response.setHeader('Preference-Applied', 'return=representation');
  }
  next();
}
