// Runs one TypeScript module in a process of its own, from its sources: node run-typescript.mjs <module> [arguments].
import { runnerImport } from 'vite';

await runnerImport(process.argv[2] ?? '');
