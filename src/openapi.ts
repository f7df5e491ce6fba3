import 'reflect-metadata';
import { readFile, writeFile } from 'node:fs/promises';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { loadConfig } from './config/load-config.js';
import { createDocument } from './server/document/document.js';

// Runs from the built output. `--write` generates openapi/openapi.json; `--check` fails if the committed file differs.
const FILE = 'openapi/openapi.json';

const app = await NestFactory.create(AppModule.with(loadConfig({})), { preview: true, logger: false });
const document = `${JSON.stringify(createDocument(app), null, 2)}\n`;

if (process.argv.includes('--write')) {
  await writeFile(FILE, document);
} else if ((await readFile(FILE, 'utf8').catch(() => '')) !== document) {
  process.stderr.write(`${FILE} does not match the code. Run: npm run openapi\n`);
  process.exitCode = 1;
}
