import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type DeliveryItem } from '../../contract/delivery-item.js';
import { parquetOf } from './parquet.js';
import { type S3Settings } from './s3.settings.js';

/** What a file holds, which also is what its name ends with. */
export type Format = S3Settings['format'];

interface Kind {
  readonly contentType: string;
  readonly write: (items: readonly DeliveryItem[]) => Promise<Uint8Array>;
}

/** gzip as a type of its own and not as an encoding: clients that undo encodings would leave a name that no longer fits. */
export const files: Readonly<Record<Format, Kind>> = {
  'ndjson.gz': { contentType: 'application/gzip', write: (items) => promisify(gzip)(linesOf(items)) },
  parquet: { contentType: 'application/vnd.apache.parquet', write: parquetOf },
};

/** The bytes of the log, which have every digit. A line break in them can only stand between two values. */
function linesOf(items: readonly DeliveryItem[]): string {
  return items.map(({ json }) => `${json.replace(/[\r\n]+/g, ' ')}\n`).join('');
}
