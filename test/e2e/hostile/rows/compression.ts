import { constants, deflateRawSync, gzipSync } from 'node:zlib';
import { batchOf, message, type Part, post, type Row } from '../row.js';

const MIB = 1024 * 1024;

/** One gzip member of `mib` MiB of blanks: the same compressed block again and again, which deflate allows. */
function bomb(mib: number): Buffer {
  const header = Buffer.from('1f8b08000000000000ff', 'hex');
  const block = deflateRawSync(Buffer.alloc(MIB, ' '), { finishFlush: constants.Z_FULL_FLUSH });
  return Buffer.concat([header, ...Array<Buffer>(mib).fill(block)]);
}

/** As many members of 1 MiB each, one after the other. */
const members = (mib: number): Buffer =>
  Buffer.concat(Array<Buffer>(mib).fill(gzipSync(Buffer.alloc(MIB, ' '))));

const zipped = (path: string, body: Part) => () => post(path, body, 'Content-Encoding: gzip');

const good = gzipSync(message());
const wrong = (change: (bytes: Buffer) => void): Buffer => {
  const bytes = Buffer.from(good);
  change(bytes);
  return bytes;
};

export const compression: readonly Row[] = [
  {
    name: 'gzip of 1 MB that would become 1 GB',
    parts: zipped('/v1/batch', bomb(1024)),
    answers: [400],
    code: 'payload_too_large',
  },
  {
    name: 'gzip within the size of a batch that would become 450 MB',
    parts: zipped('/v1/batch', bomb(450)),
    answers: [400],
    code: 'payload_too_large',
    times: 20,
  },
  {
    name: 'gzip within the size of a single call that would become 28 MB',
    parts: zipped('/v1/track', bomb(28)),
    answers: [400],
    code: 'payload_too_large',
    times: 20,
  },
  {
    name: 'gzip of 400 members that would become 400 MB',
    parts: zipped('/v1/batch', members(400)),
    answers: [400],
    code: 'payload_too_large',
    times: 20,
  },
  {
    name: 'gzip of 20,000 empty members',
    parts: zipped('/v1/batch', Buffer.concat(Array<Buffer>(20_000).fill(gzipSync('')))),
    answers: [400],
    code: 'invalid_json',
  },
  {
    name: 'gzip in gzip',
    parts: zipped('/v1/batch', gzipSync(bomb(400))),
    answers: [400],
    code: 'invalid_json',
  },
  {
    name: 'gzip in gzip that says so',
    parts: () => post('/v1/batch', gzipSync(gzipSync(batchOf(message()))), 'Content-Encoding: gzip, gzip'),
    answers: [400],
    code: 'invalid_encoding',
  },
  {
    name: 'gzip that ends in the middle',
    parts: zipped('/v1/track', good.subarray(0, -10)),
    answers: [400],
    code: 'invalid_encoding',
  },
  {
    name: 'gzip with a wrong checksum',
    parts: zipped(
      '/v1/track',
      wrong((bytes) => bytes.fill(0, bytes.length - 8, bytes.length - 4)),
    ),
    answers: [400],
    code: 'invalid_encoding',
  },
  {
    name: 'gzip with a broken block',
    parts: zipped(
      '/v1/track',
      wrong((bytes) => bytes.fill(0xff, 10, 20)),
    ),
    answers: [400],
    code: 'invalid_encoding',
  },
  {
    name: 'gzip whose header never ends',
    parts: zipped(
      '/v1/batch',
      Buffer.concat([Buffer.from('1f8b08080000000000ff', 'hex'), Buffer.alloc(400_000, 'x')]),
    ),
    answers: [400],
    code: 'invalid_encoding',
  },
  {
    name: 'no gzip at all behind Content-Encoding: gzip',
    parts: zipped('/v1/track', message()),
    answers: [400],
    code: 'invalid_encoding',
  },
  {
    name: 'nothing behind Content-Encoding: gzip',
    parts: zipped('/v1/track', ''),
    answers: [400],
    code: 'invalid_encoding',
  },
  ...['br', 'deflate', 'zstd', 'gzip;q=1', 'x'.repeat(60_000)].map((encoding): Row => ({
    name: `Content-Encoding: ${encoding.slice(0, 20)}`,
    parts: () => post('/v1/track', good, `Content-Encoding: ${encoding}`),
    answers: [400],
    code: 'invalid_encoding',
  })),
];
