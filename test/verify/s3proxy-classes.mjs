import { mavenClasses } from './maven-classes.mjs';

export const S3PROXY_VERSION = '3.0.0';

/** S3Proxy: a server that speaks S3, checks the signatures of its callers, and keeps objects in memory. */
export const s3ProxyClasses = mavenClasses(`s3proxy-${S3PROXY_VERSION}`, [
  `org.gaul:s3proxy:${S3PROXY_VERSION}`,
]);
