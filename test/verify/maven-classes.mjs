import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE } from './cache.mjs';
import { run } from './run.mjs';

/**
 * The JAR files of a server in Java, in a folder that exists once they have been downloaded.
 * @param {string} name contains the version, because an existing folder is never updated
 * @param {readonly string[]} artefacts each `group:artefact:version`; their dependencies are included
 */
export function mavenClasses(name, artefacts) {
  const folder = join(CACHE, name);
  return {
    folder,
    isPresent: () => existsSync(folder),
    /** Downloads the files with Maven. The folder appears only when it is complete. */
    fetch: async () => {
      await mkdir(CACHE, { recursive: true });
      const part = await mkdtemp(join(CACHE, 'part-'));
      try {
        await writeFile(join(part, 'pom.xml'), pomOf(name, artefacts));
        const args = ['-f', join(part, 'pom.xml'), `-DoutputDirectory=${join(part, 'classes')}`];
        await run('mvn', ['--batch-mode', '--quiet', 'dependency:copy-dependencies', ...args]);
        await rename(join(part, 'classes'), folder);
      } finally {
        await rm(part, { recursive: true, force: true });
      }
    },
  };
}

/**
 * @param {string} name
 * @param {readonly string[]} artefacts
 */
function pomOf(name, artefacts) {
  const dependencies = artefacts.map((artefact) => {
    const [group, id, version] = artefact.split(':');
    return `    <dependency>
      <groupId>${group}</groupId>
      <artifactId>${id}</artifactId>
      <version>${version}</version>
    </dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>tributary</groupId>
  <artifactId>verify-${name}</artifactId>
  <version>1</version>
  <dependencies>
${dependencies.join('\n')}
  </dependencies>
</project>
`;
}
