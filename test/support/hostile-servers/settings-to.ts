/** Settings of every type with a server, for a server on a host and port that speaks TLS. */
export const SETTINGS_TO: Readonly<
  Record<string, (host: string, port: number, caCertificate: string) => object>
> = {
  'redis-stream': (host, port, caCertificate) => ({ url: `rediss://${host}:${port}`, caCertificate }),
  postgres: (host, port, caCertificate) => ({
    ...{ host, port, database: 'd', user: 'u', password: 'p', tls: 'verify-full', caCertificate },
  }),
  kafka: (host, port, caCertificate) => ({ brokers: [`${host}:${port}`], topic: 't', caCertificate }),
  s3: (host, port, caCertificate) => ({
    ...{ bucket: 'bucket', region: 'us-east-1', endpoint: `https://${host}:${port}`, forcePathStyle: true },
    ...{ accessKeyId: 'id', secretAccessKey: 'secret', caCertificate },
  }),
  clickhouse: (host, port, caCertificate) => ({ url: `https://${host}:${port}`, caCertificate }),
  webhook: (host, port) => ({ url: `https://${host}:${port}/` }),
  segment: (host, port) => ({ endpoint: `https://${host}:${port}`, writeKey: 'key' }),
};
