import { NotFoundException } from '@nestjs/common';
import { type NextFunction, type Request, type Response } from 'express';

/** The page and what it loads. The package of Swagger UI has more files, which tell its version. */
const FILES: ReadonlySet<string> = new Set([
  '/',
  '/index.html',
  '/swagger-ui.css',
  '/swagger-ui-bundle.js',
  '/swagger-ui-standalone-preset.js',
  '/swagger-ui-init.js',
  '/favicon-16x16.png',
  '/favicon-32x32.png',
]);

/** Swagger UI sets styles in its elements, and has images as data; scripts and calls are those of this server only. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  'Content-Security-Policy': POLICY,
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
};

/** Express middleware of the path `/docs`, where administrators enter tokens: no frames, no foreign scripts, no other files. */
export function protectDocs(request: Request, response: Response, next: NextFunction): void {
  response.set(HEADERS);
  if (FILES.has(request.path)) next();
  else next(new NotFoundException());
}
