import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { Order } from './test/support/order.js';

/** Delivery processes are forked from a file: tests fork what the global setup has built from the sources. */
const childEntry = {
  alias: [
    {
      find: /^\.\/child-entry\.js$/,
      replacement: join(import.meta.dirname, 'test/support/bulkhead/child-entry.ts'),
    },
  ],
};

/** Unit and contract tests need nothing but Node; integration and end-to-end tests need real servers, which their setup starts. */
const shared = { environment: 'node' as const, setupFiles: ['reflect-metadata'] };
const real = {
  globalSetup: 'test/support/global-setup.ts',
  testTimeout: 60_000,
  hookTimeout: 60_000,
  setupFiles: ['reflect-metadata', './test/support/turn.ts'],
  ...childEntry,
};

export default defineConfig({
  test: {
    sequence: { sequencer: Order },
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['src/**/*.spec.ts', 'test/{support,verify,scaffold}/**/*.spec.ts'],
          isolate: false,
        },
      },
      { test: { ...shared, name: 'contract', include: ['test/{architecture,contract}/**/*.spec.ts'] } },
      {
        test: {
          ...shared,
          ...real,
          name: 'conformance',
          include: ['test/conformance/**/*.spec.ts'],
          env: { TZ: 'America/New_York' },
          fileParallelism: false,
        },
      },
      {
        test: {
          ...shared,
          ...real,
          name: 'integration',
          include: ['test/integration/**/*.spec.ts'],
          isolate: false,
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...shared,
          ...real,
          name: 'e2e',
          include: ['test/e2e/**/*.spec.ts'],
          testTimeout: 180_000,
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
