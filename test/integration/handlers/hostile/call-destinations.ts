import 'reflect-metadata';
import { once } from 'node:events';
import { Logger } from '@nestjs/common';
import { type Handler } from '../../../../src/destinations/contract/handler.js';
import { handlers } from '../../../../src/destinations/handlers/index.js';
import { anEvent } from '../../../support/events.js';
import { deliveriesOf, Framework } from '../framework.js';
import { type Answer, type Call } from './caller.js';

// A process that calls destinations on request, so that an uncaught error ends it and not the test runner.

const SAMPLE_MS = 5;
Logger.overrideLogger(false);
let peak = 0;
setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), SAMPLE_MS).unref();

process.on('message', (call: Call) => void answer(call));
process.send?.('ready');

async function answer({ type, settings, timeoutMs }: Call): Promise<void> {
  const handler = handlers.find((one) => one.type === type) as unknown as Handler;
  // In this process, so that what its checks let pass ends it, and shows in its memory.
  const framework = new Framework(handler, settings, { timeoutMs }, undefined, undefined, 0);
  const before = process.memoryUsage.rss();
  peak = before;
  const startedAt = performance.now();
  const [result] = await framework.call(deliveriesOf([anEvent()]), new AbortController().signal);
  const ms = performance.now() - startedAt;
  await framework.close();
  const reply: Answer = {
    kind: result?.kind ?? 'none',
    reason: result !== undefined && 'reason' in result ? result.reason : '',
    ms,
    grownMiB: (peak - before) / 2 ** 20,
  };
  process.send?.(reply);
}

// The module stays unfinished, or its loader would refuse the S3 destination's import of the SDK.
await once(process, 'disconnect');
