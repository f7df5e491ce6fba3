import { type DeliveryContext } from '../../contract/context.js';
import { defineHandler } from '../../contract/define-handler.js';
import { asDoubtful } from '../../contract/delivery-error.js';
import { type DeliveryItem, type ItemResult } from '../../contract/delivery-item.js';
import { halvesOf } from '../../contract/halves.js';
import { fileTypes } from './files.js';
import { folderOf, objectNameOf, withoutDuplicates } from './keys.js';
import { isForbiddenKey } from './s3.failure.js';
import { S3Client } from './s3.client.js';
import { S3Settings } from './s3.settings.js';

type Context = DeliveryContext<S3Settings, S3Client>;
/** Placeholders of folders that the event chooses; the time is no choice of it. */
const BY_EVENT = /\{(?:source|type)\}/;

type Result = readonly [DeliveryItem, ItemResult];

const INVALID_TIME: ItemResult = { kind: 'reject', reason: 'invalid_received_at' };

/** Uploads events as files to a bucket, one file per folder and batch. */
export const s3 = defineHandler({
  type: 's3',
  title: 'Amazon S3',
  description:
    'Uploads events as files, gzipped JSON lines or Parquet, to a bucket of Amazon S3 or of a service with the same API, in no ' +
    'particular order. A file is uploaded when its oldest event has waited `maxWaitSeconds`, or earlier with `maxItems` events ' +
    'or about 2 MB of JSON. Its name depends on its events: the same events delivered again overwrite the file. An event that ' +
    'is delivered again among other events, as after a failure, is stored twice with the same `messageId`. A missing bucket ' +
    'and missing permissions pause the destination.',
  settings: S3Settings,
  isolated: true,
  limits: ({ maxItems, maxWaitSeconds }) => ({
    ...{ maxItems, maxBytes: 4_000_000, maxWaitMs: maxWaitSeconds * 1_000 },
    ...{ concurrency: 4, timeoutMs: 30_000 },
  }),
  open: (context) => S3Client.open(context),
  deliver: uploadAll,
});

async function uploadAll(items: readonly DeliveryItem[], context: Context): Promise<readonly ItemResult[]> {
  const folders = new Map<string, DeliveryItem[]>();
  for (const item of items) {
    const folder = folderOf(context.settings.prefix, item.event);
    if (folder === undefined) continue;
    const own = folders.get(folder);
    if (own) own.push(item);
    else folders.set(folder, [item]);
  }
  const uploads = [...folders].map(([folder, own]) => uploadInto(folder, own, context));
  const results = new Map((await Promise.all(uploads)).flat());
  return items.map((item) => results.get(item) ?? INVALID_TIME);
}

/**
 * Halves a file that is too large. The framework would halve the whole batch, and upload events of the other folders again
 * under other names.
 */
async function uploadInto(
  folder: string,
  items: readonly DeliveryItem[],
  context: Context,
): Promise<Result[]> {
  const result = await uploadFile(folder, items, context);
  if (result.kind !== 'reject' || items.length === 1) return items.map((item) => [item, result]);
  return (await Promise.all(halvesOf(items).map((half) => uploadInto(folder, half, context)))).flat();
}

async function uploadFile(
  folder: string,
  items: readonly DeliveryItem[],
  { settings: { format, prefix }, opened, signal }: Context,
): Promise<ItemResult> {
  const unique = withoutDuplicates(items);
  const { contentType, write } = fileTypes[format];
  const key = `${folder}${objectNameOf(unique, format)}`;
  // A batch never mixes replayed events with others.
  const object = { key, body: await write(unique), contentType, replay: items[0]?.replay };
  const result = await opened.put(object, signal);
  // A policy may permit some folders of the bucket only.
  return BY_EVENT.test(prefix) && isForbiddenKey(result) ? asDoubtful(result) : result;
}
