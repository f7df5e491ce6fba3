import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cachedFolder } from '../../../verify/cache.mjs';
import { KAFKA_VERSION } from '../../../verify/kafka-classes.mjs';
import { run } from '../../../verify/run.mjs';
import { kafkaProperties, PROCESS } from './properties.js';

/**
 * Copies formatted storage for a single node into a folder that does not exist yet, with its own cluster id. To format it
 * anew takes a third of the work of a start, and no property but the cluster id depends on the server.
 * @param java the command line of a Java with the classes of Kafka
 */
export async function copyFormattedStorage(
  folder: string,
  [java, ...options]: readonly [string, ...string[]],
): Promise<void> {
  const template = cachedFolder(`kafka-${KAFKA_VERSION}-storage`, async (part) => {
    const file = join(part, 'server.properties');
    await writeProperties(file, { ...kafkaProperties(0, [], PROCESS), 'log.dirs': part });
    const format = ['format', '--standalone', `--cluster-id=${randomClusterId()}`, '-c', file];
    await run(java, [...options, 'kafka.tools.StorageTool', ...format]);
    await rm(file);
  });
  await template.fetch();
  await cp(template.folder, folder, { recursive: true });
  const meta = join(folder, 'meta.properties');
  const text = await readFile(meta, 'utf8');
  await writeFile(meta, text.replace(/^cluster\.id=.*$/m, `cluster.id=${randomClusterId()}`));
}

export async function writeProperties(
  file: string,
  properties: Readonly<Record<string, string>>,
): Promise<void> {
  const lines = Object.entries(properties).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(file, lines.join(''));
}

function randomClusterId(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url');
}
