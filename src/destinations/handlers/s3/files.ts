import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type DeliveryItem } from '../../contract/delivery-item.js';
import { parquetOf } from './parquet.js';
import { type S3Settings } from './s3.settings.js';

/** Format of a file, which is also the extension of its name. */
export type FileFormat = S3Settings['format'];

interface FileType {
  readonly contentType: string;
  readonly write: (items: readonly DeliveryItem[]) => Promise<Uint8Array>;
}

/** gzip is the content type, not a content encoding: clients that decode would save a `.gz` file that is not compressed. */
export const fileTypes: Readonly<Record<FileFormat, FileType>> = {
  'ndjson.gz': { contentType: 'application/gzip', write: (items) => promisify(gzip)(linesOf(items)) },
  parquet: { contentType: 'application/vnd.apache.parquet', write: parquetOf },
};

/** The events byte for byte as the event log holds them. A line break in JSON can only stand between two tokens. */
function linesOf(items: readonly DeliveryItem[]): string {
  return items.map(({ json }) => `${json.replace(/[\r\n]+/g, ' ')}\n`).join('');
}
