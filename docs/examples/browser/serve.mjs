// Serves a page with Segment's SDK for browsers locally: nothing comes from a CDN. Needs WRITE_KEY.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

const { WRITE_KEY = '', TRIBUTARY_URL = 'http://127.0.0.1:8080', PORT = '3000' } = process.env;

// The SDK is a script and its parts in the folder that its package publishes.
const sdk = join(dirname(createRequire(import.meta.url).resolve('@segment/analytics-next')), '../umd');
const page = await readFile(join(import.meta.dirname, 'index.html'), 'utf8');
const filled = page.replaceAll('{{WRITE_KEY}}', WRITE_KEY).replaceAll('{{TRIBUTARY_URL}}', TRIBUTARY_URL);

const server = createServer(async ({ url = '/' }, response) => {
  const { pathname } = new URL(url, 'http://localhost');
  if (pathname === '/') {
    response.setHeader('Content-Type', 'text/html').end(filled);
    return;
  }
  const script = await readFile(join(sdk, basename(pathname))).catch(() => undefined);
  if (script === undefined) response.writeHead(404).end();
  else response.setHeader('Content-Type', 'text/javascript').end(script);
});
server.listen(Number(PORT), '127.0.0.1', () => {
  const { port } = server.address();
  process.stdout.write(`http://localhost:${port}/\n`);
});
