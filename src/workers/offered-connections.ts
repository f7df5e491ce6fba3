import { type ChildProcess } from 'node:child_process';

/** A connection as the supervisor holds it until a worker has taken it. */
interface Connection {
  close(): void;
}

/** What node:cluster sends to a worker with a new connection. */
interface Offer {
  readonly act?: unknown;
  readonly seq?: unknown;
}

/**
 * Closes the connections that were offered to a worker and not taken when it ends. Node forgets them and leaves them open, so
 * their callers would wait until their own time limit: one caller per killed worker. The messages are those of Node itself; a
 * version that changes them brings back that wait and nothing worse.
 */
export function closeOfferedAtEnd(child: ChildProcess): void {
  const offered = new Map<unknown, Connection>();
  const send = child.send.bind(child) as (...args: readonly unknown[]) => boolean;
  const observed = (message: Offer, connection?: Connection, ...rest: readonly unknown[]): boolean => {
    if (message.act === 'newconn' && connection) offered.set(message.seq, connection);
    return send(message, connection, ...rest);
  };
  child.send = observed as typeof child.send;
  child.on('internalMessage', ({ ack }: { readonly ack?: unknown }) => void offered.delete(ack));
  child.once('exit', () => {
    for (const connection of offered.values()) connection.close();
  });
}
