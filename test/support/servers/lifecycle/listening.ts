import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Columns of /proc/net/tcp; the second one ends with the port in hexadecimal digits. */
const [LOCAL_ADDRESS, STATE, INODE] = [1, 3, 9];
const LISTEN = '0A';

/**
 * Whether this process itself listens on the port. An answer from the port proves nothing: another server may have taken the
 * port while this one was still starting. Where the system does not let us look, the answer is yes.
 */
export function listensOn(pid: number, port: number): boolean {
  if (process.platform !== 'linux') return true;
  const folder = `/proc/${pid}/fd`;
  try {
    const sockets = new Set(['tcp', 'tcp6'].flatMap((table) => listenersIn(`/proc/net/${table}`, port)));
    return readdirSync(folder).some((descriptor) => sockets.has(targetOf(`${folder}/${descriptor}`)));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES';
  }
}

/** The sockets that listen on a port, each as its file descriptors name it. */
function listenersIn(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  // A system without IPv6 has no tcp6.
  if (!existsSync(table)) return [];
  return readFileSync(table, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[STATE] === LISTEN && fields[LOCAL_ADDRESS]?.endsWith(suffix))
    .map((fields) => `socket:[${fields[INODE]}]`);
}

/** A descriptor may be closed between the listing and this call. */
function targetOf(descriptor: string): string {
  try {
    return readlinkSync(descriptor);
  } catch {
    return '';
  }
}
