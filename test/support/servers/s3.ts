import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { provision } from '../../verify/provision.mjs';
import { s3ProxyClasses } from '../../verify/s3proxy-classes.mjs';
import { type OwnServer, startServer } from './lifecycle/runner.js';
import { ServerProcess } from './lifecycle/server-process.js';
import { loopbackPort } from './loopback-port.js';

export interface S3Server extends OwnServer {
  readonly port: number;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** A client with every right. */
  readonly client: S3Client;
  /** Creates an empty bucket and resolves with its name. */
  bucket(): Promise<string>;
}

const KEYS = { accessKeyId: 'tests-key', secretAccessKey: 'tests-secret' };
const QUIET = `<configuration>
  <appender name="out" class="ch.qos.logback.core.ConsoleAppender"><encoder><pattern>%level %msg%n</pattern></encoder></appender>
  <root level="warn"><appender-ref ref="out"/></root>
</configuration>
`;

let buckets = 0;

/**
 * Starts an S3 server that belongs to the caller, on a loopback port. It checks signatures and keeps its objects in memory.
 * `more` is added to its properties.
 */
export async function startS3(more: Readonly<Record<string, string>> = {}): Promise<S3Server> {
  await provision({ tools: false, s3: true });
  const server = await startServer(async () => {
    const port = await loopbackPort();
    const client = clientOf(port);
    const bucket = async () => {
      const name = `tests-${(buckets += 1)}`;
      await client.send(new CreateBucketCommand({ Bucket: name }));
      return name;
    };
    return {
      runner: s3Process(port, more),
      probe: bucket,
      describe: () => ({ ...KEYS, port, client, bucket }),
    };
  });
  const stop = async () => {
    server.client.destroy();
    await server.stop();
  };
  return { ...server, stop };
}

function clientOf(port: number): S3Client {
  const endpoint = `http://127.0.0.1:${port}`;
  return new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: KEYS });
}

function s3Process(port: number, more: Readonly<Record<string, string>>): ServerProcess {
  const runner = new ServerProcess({
    name: 'S3Proxy',
    ports: [port],
    command: (directory) => [
      ...(['java', '-Xmx256m', '-XX:+UseSerialGC'] as const),
      `-Dlogback.configurationFile=${join(directory, 'logback.xml')}`,
      ...['-cp', join(s3ProxyClasses.folder, '*')],
      ...['org.gaul.s3proxy.Main', '--properties', join(directory, 's3proxy.properties')],
    ],
    stopSignal: 'SIGKILL',
  });
  const properties = {
    's3proxy.endpoint': `http://127.0.0.1:${port}`,
    's3proxy.authorization': 'aws-v4',
    's3proxy.identity': KEYS.accessKeyId,
    's3proxy.credential': KEYS.secretAccessKey,
    'jclouds.provider': 'transient-nio2',
    'jclouds.identity': 'unused',
    'jclouds.credential': 'unused',
    ...more,
  };
  const lines = Object.entries(properties).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(join(runner.directory, 's3proxy.properties'), lines.join(''));
  writeFileSync(join(runner.directory, 'logback.xml'), QUIET);
  return runner;
}
