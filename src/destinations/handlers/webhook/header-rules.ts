import { ValidateBy } from 'class-validator';

const NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;
const VALUE = /^[\t\x20-\x7e]{0,4096}$/;
/** Headers of the connection and of the signature, which settings must not replace. */
const RESERVED =
  /^(host|content-length|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|proxy-.*|webhook-.*)$/i;
const MAX_HEADERS = 32;

/** An object of HTTP header names and values. Its rules exclude line breaks, which would inject further headers. */
export const AreHeaders = (): PropertyDecorator =>
  ValidateBy({
    name: 'areHeaders',
    validator: {
      validate: (value: unknown) => typeof value === 'object' && value !== null && areHeaders(value),
      defaultMessage: () => '$property must be at most 32 HTTP headers that are not the connection’s own',
    },
  });

function areHeaders(value: object): boolean {
  const entries: [string, unknown][] = Object.entries(value);
  if (Array.isArray(value) || entries.length > MAX_HEADERS) return false;
  return entries.every(
    ([name, text]) => NAME.test(name) && !RESERVED.test(name) && typeof text === 'string' && VALUE.test(text),
  );
}
