import { type DeliveryContext } from '../../contract/context.js';
import { defineHandler } from '../../contract/define-handler.js';
import { type DeliveryItem, type ItemResult } from '../../contract/delivery-item.js';
import { Bucket } from './bucket.js';
import { files } from './files.js';
import { folderOf, nameOf, withoutDoubles } from './keys.js';
import { S3Settings } from './s3.settings.js';

type Context = DeliveryContext<S3Settings, Bucket>;
type Result = readonly [DeliveryItem, ItemResult];

const NO_TIME: ItemResult = { kind: 'reject', reason: 'invalid_received_at' };

/** Puts events into files in a bucket, those of each folder into one. */
export const s3 = defineHandler({
  type: 's3',
  title: 'Amazon S3',
  description:
    'Gathers events in files, gzipped lines of JSON or Parquet, in a bucket of S3 or of a service that speaks its protocol, in no ' +
    'order. A file is put when its oldest event has waited `maxWaitSeconds`, or earlier with `maxItems` events or about two ' +
    'megabytes of JSON. It is named after the events in it: those that come again together overwrite it, but one that comes again ' +
    'in other company, as after a failure, is there twice, with the same `messageId`. A missing bucket and missing rights pause it.',
  settings: S3Settings,
  limits: ({ maxItems, maxWaitSeconds }) => ({
    ...{ maxItems, maxBytes: 4_000_000, maxWaitMs: maxWaitSeconds * 1_000 },
    ...{ concurrency: 4, timeoutMs: 30_000 },
  }),
  open: (context) => Bucket.open(context),
  deliver: putAll,
});

async function putAll(items: readonly DeliveryItem[], context: Context): Promise<readonly ItemResult[]> {
  const folders = new Map<string, DeliveryItem[]>();
  for (const item of items) {
    const folder = folderOf(context.settings.prefix, item.event);
    if (folder === undefined) continue;
    const known = folders.get(folder);
    if (known) known.push(item);
    else folders.set(folder, [item]);
  }
  const puts = [...folders].map(([folder, own]) => putInto(folder, own, context));
  const results = new Map((await Promise.all(puts)).flat());
  return items.map((item) => results.get(item) ?? NO_TIME);
}

/**
 * Halves what is too large here: the framework would also halve the folders beside it, and put events again that are there
 * already, under other names.
 */
async function putInto(folder: string, items: readonly DeliveryItem[], context: Context): Promise<Result[]> {
  const result = await putFile(folder, items, context);
  if (result.kind !== 'reject' || items.length === 1) return items.map((item) => [item, result]);
  const middle = Math.ceil(items.length / 2);
  const halves = [items.slice(0, middle), items.slice(middle)];
  return (await Promise.all(halves.map((half) => putInto(folder, half, context)))).flat();
}

async function putFile(
  folder: string,
  items: readonly DeliveryItem[],
  { settings: { format }, opened, signal }: Context,
): Promise<ItemResult> {
  const once = withoutDoubles(items);
  const { contentType, write } = files[format];
  const key = `${folder}${nameOf(once, format)}`;
  // Replayed events and others are never in one batch.
  return opened.put({ key, body: await write(once), contentType, replay: items[0]?.replay }, signal);
}
