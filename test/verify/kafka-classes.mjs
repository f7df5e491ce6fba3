import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { run } from './run.mjs';

/** Pinned, because KafkaJS's margins to a broker's protocol versions are narrow. The compose file names the same. */
export const KAFKA_VERSION = '4.3.1';

const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'tributary-verify');

/** Folder with the class files of Apache Kafka, once `fetchKafkaClasses` has filled it. */
export const KAFKA_CLASSES = join(CACHE, `kafka-${KAFKA_VERSION}`);

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>tributary</groupId>
  <artifactId>verify-kafka</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${KAFKA_VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-simple</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
`;

export const hasKafkaClasses = () => existsSync(KAFKA_CLASSES);

/** Downloads them with Maven; the folder appears only when it is complete. */
export async function fetchKafkaClasses() {
  await mkdir(CACHE, { recursive: true });
  const part = await mkdtemp(join(CACHE, 'part-'));
  try {
    await writeFile(join(part, 'pom.xml'), POM);
    const args = ['-f', join(part, 'pom.xml'), `-DoutputDirectory=${join(part, 'classes')}`];
    await run('mvn', ['--batch-mode', '--quiet', 'dependency:copy-dependencies', ...args]);
    await rename(join(part, 'classes'), KAFKA_CLASSES);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}
