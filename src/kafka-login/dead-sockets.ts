import { createRequire } from 'node:module';
import { type Socket } from 'node:net';

/** The part of kafkajs's connection to a broker that is used here. */
interface Connection {
  readonly socket: Socket | undefined;
  disconnect: (this: Connection) => Promise<boolean>;
}

/** kafkajs does not export its connection. Version 2.2.4 is pinned; the spec fails when an upgrade moves the file. */
const FILE = 'kafkajs/src/network/connection.js';

/**
 * Makes kafkajs leave no listeners on a socket that is closed, for all clients of the process. In an outage it disconnects
 * the same connection at each retry. `unref` of a closed socket adds a listener each time, and Node warns of the eleventh.
 */
function clearDeadSockets(connection: Connection): void {
  const { disconnect } = connection;
  connection.disconnect = async function () {
    const done = await disconnect.call(this);
    if (this.socket?.destroyed === true) this.socket.removeAllListeners('connect');
    return done;
  };
}

const { prototype } = createRequire(import.meta.url)(FILE) as { readonly prototype: Connection };
clearDeadSockets(prototype);
