import { join } from 'node:path';
import { build } from 'rolldown';
import { BUILT } from './child-entry.js';

const ROOT = join(import.meta.dirname, '../../..');

/** Builds the entry files of delivery processes, which tests fork, from the sources. Takes less than a second. */
export async function buildDeliveryProcesses(): Promise<void> {
  await build({
    cwd: ROOT,
    input: {
      'delivery-process': join(ROOT, 'src/delivery-process.ts'),
      'hostile-process': join(import.meta.dirname, 'hostile-process.ts'),
    },
    platform: 'node',
    external: /^(?!@oxc-project\/)[@a-z]/,
    tsconfig: join(ROOT, 'tsconfig.json'),
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
    output: { dir: BUILT, format: 'esm', sourcemap: true },
    logLevel: 'warn',
  });
}
