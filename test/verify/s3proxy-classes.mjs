import { mavenClasses } from './maven-classes.mjs';

export const S3PROXY_VERSION = '3.0.0';

/** S3Proxy: a server with the S3 API that checks signatures and keeps objects in memory. */
export const s3ProxyClasses = mavenClasses(`s3proxy-${S3PROXY_VERSION}`, [
  `org.gaul:s3proxy:${S3PROXY_VERSION}`,
]);
