import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { CallError } from '../../events/call-error.js';
import { BodyTooLarge } from '../../arrivals/read-bytes.js';

const inflate = promisify(gunzip);

/** Bytes at the start of gzip with deflate. JSON cannot start with the first of them. */
const MAGIC = Buffer.from([0x1f, 0x8b, 0x08]);

/**
 * Reverses the Content-Encoding, inflating to at most `limit` bytes (WIRE 1.3, 1.4). Broken gzip and other encodings are final
 * errors of the sender: a 500 would make every SDK send the same bytes again. A body that is gzip is inflated whatever its
 * header says. Plain bytes under `gzip` are refused (WIRE 7.1), and so is gzip in gzip.
 */
export async function decode(bytes: Buffer, encoding: string | undefined, limit: number): Promise<Buffer> {
  switch (encoding?.trim().toLowerCase() ?? '') {
    // Some senders name the character set here.
    case '':
    case 'identity':
    case 'utf-8':
    case 'utf8':
      return isGzip(bytes) ? gunzipped(bytes, limit) : bytes;
    case 'gzip':
    case 'x-gzip':
      return gunzipped(bytes, limit);
    default:
      throw new CallError('invalid_encoding', 'The Content-Encoding must be gzip or none');
  }
}

const isGzip = (bytes: Buffer): boolean => bytes[0] === MAGIC[0] && bytes.subarray(0, 3).equals(MAGIC);

async function gunzipped(bytes: Buffer, limit: number): Promise<Buffer> {
  try {
    return await inflate(bytes, { maxOutputLength: limit });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new BodyTooLarge();
    const end = endOfMembers(bytes);
    if (end < bytes.length) return gunzipped(bytes.subarray(0, end), limit);
    throw new CallError('invalid_encoding', 'The body is not valid gzip');
  }
}

/** Where gzip ends in bytes that cannot be inflated: scripts that write a request by hand add CR LF. */
function endOfMembers(bytes: Buffer): number {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d)) end -= 1;
  return end;
}
