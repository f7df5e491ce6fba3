const PRIVATE = 0o077;

/**
 * Runs the start of a process, whose files only its own user may read. A failure becomes one sentence on standard error and
 * exit code 1. A worker tells it to its supervisor instead.
 */
export async function runOrExplain(
  run: () => Promise<void>,
  tell: (sentence: string) => Promise<unknown> = print,
): Promise<void> {
  // Stores choose the modes of their files, and DATA_DIR may be a folder that the operator has made readable for all.
  process.umask(PRIVATE);
  try {
    await run();
  } catch (error) {
    await tell(sentenceOf(error));
    process.exit(1);
  }
}

const print = (sentence: string): Promise<unknown> =>
  Promise.resolve(process.stderr.write(`Tributary cannot start. ${sentence}\n`));

/** A failure to listen, as Node throws it; `setting` names the setting of the port when it is not HTTP_PORT. */
interface ListenError {
  readonly code?: string;
  readonly address?: string;
  readonly port?: number;
  readonly setting?: string;
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, address, port, setting = 'HTTP_PORT' } = error as ListenError;
  if (code === 'EADDRINUSE') return `Port ${port} on ${address} is in use: set ${setting} to another port.`;
  if (code === 'EACCES' && port !== undefined)
    return `Port ${port} cannot be opened by this user: set ${setting} to another port.`;
  return error.message;
}
