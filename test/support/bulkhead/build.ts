import { join } from 'node:path';
import { build, type BuildOptions } from 'rolldown';
import { BUILT } from './child-entry.js';

const ROOT = join(import.meta.dirname, '../../..');

const common: BuildOptions = {
  cwd: ROOT,
  platform: 'node',
  external: /^(?!@oxc-project\/)[@a-z]/,
  tsconfig: join(ROOT, 'tsconfig.json'),
  resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
  logLevel: 'warn',
};

/** Builds the entry files of delivery processes, which tests fork, from the sources. Takes less than a second. */
export async function buildDeliveryProcesses(): Promise<void> {
  const product = join(ROOT, 'src/delivery-process.ts');
  await Promise.all([
    build({
      ...common,
      input: {
        'delivery-process': product,
        'hostile-process': join(import.meta.dirname, 'hostile-process.ts'),
      },
      output: { dir: BUILT, format: 'esm', sourcemap: true },
    }),
    // The product without the checks around sockets, so that a client's own parser gets every byte.
    build({
      ...common,
      input: { 'unchecked-process': product },
      plugins: [
        {
          name: 'unchecked',
          resolveId: (source) =>
            source.endsWith('/containment/contain.js')
              ? join(import.meta.dirname, 'unchecked-contain.ts')
              : undefined,
        },
      ],
      output: { dir: join(BUILT, 'unchecked'), format: 'esm', sourcemap: true },
    }),
  ]);
}
