import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { provision } from '../../verify/provision.mjs';
import { s3ProxyClasses } from '../../verify/s3proxy-classes.mjs';
import { loopbackPort } from './loopback-port.js';
import { type OwnServer, startUntil } from './runner.js';
import { ServerProcess } from './server-process.js';

export interface S3Server extends OwnServer {
  readonly port: number;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** A client of the test's own, with all rights. */
  readonly client: S3Client;
  /** An empty bucket; resolves to its name. */
  bucket(): Promise<string>;
}

const KEYS = { accessKeyId: 'tests-key', secretAccessKey: 'tests-secret' };
const QUIET = `<configuration>
  <appender name="out" class="ch.qos.logback.core.ConsoleAppender"><encoder><pattern>%level %msg%n</pattern></encoder></appender>
  <root level="warn"><appender-ref ref="out"/></root>
</configuration>
`;

let made = 0;

/**
 * An S3 server of the caller's own that checks signatures, on a free loopback port; its objects are in memory only. `more` is
 * added to its properties.
 */
export async function startS3(more: Readonly<Record<string, string>> = {}): Promise<S3Server> {
  await provision({ tools: false, s3: true });
  const port = await loopbackPort();
  const runner = s3Process(port, more);
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: KEYS });
  const bucket = async () => {
    const name = `tests-${(made += 1)}`;
    await client.send(new CreateBucketCommand({ Bucket: name }));
    return name;
  };
  const server = await startUntil(runner, bucket);
  const stop = async () => {
    client.destroy();
    await server.stop();
  };
  return { ...server, ...KEYS, port, client, bucket, stop };
}

function s3Process(port: number, more: Readonly<Record<string, string>>): ServerProcess {
  const runner = new ServerProcess({
    name: 'S3Proxy',
    command: (directory) => [
      ...(['java', '-Xmx256m', '-XX:+UseSerialGC'] as const),
      `-Dlogback.configurationFile=${join(directory, 'logback.xml')}`,
      ...['-cp', join(s3ProxyClasses.folder, '*')],
      ...['org.gaul.s3proxy.Main', '--properties', join(directory, 's3proxy.properties')],
    ],
    farewell: 'SIGKILL',
  });
  const properties = {
    's3proxy.endpoint': `http://127.0.0.1:${port}`,
    's3proxy.authorization': 'aws-v4',
    's3proxy.identity': KEYS.accessKeyId,
    's3proxy.credential': KEYS.secretAccessKey,
    'jclouds.provider': 'transient-nio2',
    'jclouds.identity': 'nobody',
    'jclouds.credential': 'nothing',
    ...more,
  };
  const lines = Object.entries(properties).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(join(runner.directory, 's3proxy.properties'), lines.join(''));
  writeFileSync(join(runner.directory, 'logback.xml'), QUIET);
  return runner;
}
