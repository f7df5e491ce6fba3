import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { CallError } from '../../events/call-error.js';
import { BodyTooLarge } from '../../arrivals/read-bytes.js';

const inflate = promisify(gunzip);

/**
 * Reverses the Content-Encoding, inflating to at most `limit` bytes (WIRE 1.3, 1.4). Broken gzip and other encodings are final
 * errors of the sender: a 500 would make every SDK send the same bytes again.
 */
export async function decode(bytes: Buffer, encoding: string | undefined, limit: number): Promise<Buffer> {
  switch (encoding?.trim().toLowerCase() ?? '') {
    case '':
    case 'identity':
      return bytes;
    case 'gzip':
    case 'x-gzip':
      return gunzipped(bytes, limit);
    default:
      throw new CallError('invalid_encoding', 'The Content-Encoding must be gzip or none');
  }
}

async function gunzipped(bytes: Buffer, limit: number): Promise<Buffer> {
  try {
    return await inflate(bytes, { maxOutputLength: limit });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new BodyTooLarge();
    throw new CallError('invalid_encoding', 'The body is not valid gzip');
  }
}
