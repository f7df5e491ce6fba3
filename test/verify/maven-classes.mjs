import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cachedFolder } from './cache.mjs';
import { run } from './run.mjs';

/**
 * The JAR files of a server in Java, which Maven downloads.
 * @param {string} name contains the version
 * @param {readonly string[]} artefacts each `group:artefact:version`; their dependencies are included
 */
export function mavenClasses(name, artefacts) {
  return cachedFolder(name, async (folder) => {
    const pom = join(folder, 'pom.xml');
    await writeFile(pom, pomOf(name, artefacts));
    const args = ['-f', pom, `-DoutputDirectory=${folder}`];
    await run('mvn', ['--batch-mode', '--quiet', 'dependency:copy-dependencies', ...args]);
    await rm(pom);
  });
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
