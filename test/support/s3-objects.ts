import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { parquetReadObjects } from 'hyparquet';

/** An object as a client of the test's own finds it. */
export interface S3Object {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly contentType: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

/** All objects of a bucket, by their keys. */
export async function objectsIn(client: S3Client, bucket: string): Promise<S3Object[]> {
  const keys: string[] = [];
  for await (const { Contents } of paginateListObjectsV2({ client }, { Bucket: bucket }))
    keys.push(...(Contents ?? []).map(({ Key }) => Key!));
  return Promise.all(
    keys.sort().map(async (key) => {
      const found = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      const bytes = await found.Body!.transformToByteArray();
      return { key, bytes, contentType: found.ContentType, metadata: found.Metadata ?? {} };
    }),
  );
}

/** The lines of an object in gzipped NDJSON. */
export function linesOf({ bytes }: Pick<S3Object, 'bytes'>): string[] {
  const text = gunzipSync(bytes).toString();
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  return text.slice(0, -1).split('\n');
}

/** The rows of an object in Parquet. */
export async function rowsOf({ bytes }: Pick<S3Object, 'bytes'>): Promise<Record<string, unknown>[]> {
  return parquetReadObjects({ file: new Uint8Array(bytes).buffer });
}
