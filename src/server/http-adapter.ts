import cluster from 'node:cluster';
import http from 'node:http';
import { type Socket } from 'node:net';
import { ExpressAdapter } from '@nestjs/platform-express';
import { type Express } from 'express';
import { type Config } from '../config/config.js';
import { limitPipelining } from './limit-pipelining.js';
import { refuseConnection, refuseExpectation } from './refuse-connection.js';

/** A pixel's URL may carry 32 kB of payload in base64, which Node's default header limit would answer with 431 (WIRE 4.3). */
const MAX_HEADER_BYTES = 131_072;
const KEEP_ALIVE_MS = 65_000;
/** How often Node checks for requests past their time limit. Its default of 30 s would let every request take that much longer. */
const CHECK_MS = 1_000;

type ServesRequest = (request: http.IncomingMessage, response: http.ServerResponse) => boolean;
type OperationsListener = Pick<Config, 'OPERATIONS_PORT' | 'OPERATIONS_HOST'>;

/**
 * Express on an HTTP server with our own limits. Requests and responses are created with Express's prototypes: Express
 * changes the prototype of every request afterwards, which on Node 20 and 22 costs half of the server's throughput.
 */
export class HttpAdapter extends ExpressAdapter {
  private isClosing = false;
  private isServed: ServesRequest = () => false;
  private operationsServer: http.Server | undefined;
  private readonly operationsSockets = new WeakSet<Socket>();

  constructor(private readonly config: Pick<Config, 'REQUEST_TIMEOUT_MS' | 'MAX_CONNECTIONS'>) {
    super();
  }

  override initHttpServer(): void {
    this.setHttpServer(this.createServer());
  }

  /**
   * Opens the second listener, which serves the same application with the paths that the first one then hides. Rejects when
   * the port cannot be opened.
   */
  async listenForOperations({ OPERATIONS_PORT, OPERATIONS_HOST }: OperationsListener): Promise<void> {
    if (OPERATIONS_PORT === undefined) return;
    const server = this.createServer().on('connection', (socket: Socket) =>
      this.operationsSockets.add(socket),
    );
    this.operationsServer = server;
    await new Promise<void>((resolve, reject) => {
      const fail = (error: Error): void => reject(Object.assign(error, { setting: 'OPERATIONS_PORT' }));
      server.once('error', fail).listen(OPERATIONS_PORT, OPERATIONS_HOST, () => {
        server.off('error', fail);
        resolve();
      });
    });
  }

  /** Whether a request has come through the second listener. */
  isFromOperations({ socket }: http.IncomingMessage): boolean {
    return this.operationsSockets.has(socket);
  }

  /** `isServed` gets every request first, and Express those for which it returns false. */
  serveBeforeExpress(isServed: ServesRequest): void {
    this.isServed = isServed;
  }

  override async close(): Promise<void> {
    const second = this.operationsServer;
    const closed = second?.listening
      ? new Promise<void>((resolve) => second.close(() => resolve()))
      : undefined;
    second?.closeIdleConnections();
    await Promise.all([super.close(), closed]);
  }

  private createServer(): http.Server {
    const app = this.getInstance<Express>();
    const { REQUEST_TIMEOUT_MS, MAX_CONNECTIONS } = this.config;
    const limits = {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: Math.ceil(REQUEST_TIMEOUT_MS / 3),
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    };
    const classes = {
      IncomingMessage: bornWith(http.IncomingMessage, app.request),
      ServerResponse: bornWith(http.ServerResponse, app.response),
    };
    const serve: http.RequestListener = (request, response) => {
      response.setHeader('X-Content-Type-Options', 'nosniff');
      if (this.isClosing) response.setHeader('Connection', 'close');
      if (!this.isServed(request, response)) app(request, response);
    };
    const server = http.createServer({ ...limits, ...classes }, limitPipelining(serve));
    // A client that does not read its answer must not hold memory for ever.
    server.timeout = 2 * REQUEST_TIMEOUT_MS;
    limitConnections(server, MAX_CONNECTIONS);
    server.on('clientError', refuseConnection).on('checkExpectation', refuseExpectation);
    return server;
  }

  /** From now on each answer closes its connection: callers open the next one at another instance. */
  closeConnections(): void {
    this.isClosing = true;
  }
}

/**
 * Closes connections beyond the most that may be open when they arrive. In a worker Node returns them to the supervisor, which
 * offers them to the next worker; once all are full, it would go round for ever.
 */
function limitConnections(server: http.Server, most: number): void {
  if (!cluster.isWorker) {
    server.maxConnections = most;
    return;
  }
  let open = 0;
  server.on('connection', (socket: Socket) => {
    open += 1;
    socket.once('close', () => (open -= 1));
    if (open > most) socket.destroy();
  });
}

/**
 * A function that constructs like `base`, for instances with another prototype. Node calls it with `new`, and its own classes
 * are plain functions too. On Node 20 a call costs a fifth of what it costs through `Reflect.construct`, which leaves
 * every instance with slow properties: 22 against 104 µs of CPU per request of one route, and 65 for Express alone.
 */
function bornWith<Class extends new (...args: never[]) => object>(base: Class, prototype: object): Class {
  const born: object = function (this: object, ...args: never[]): void {
    base.apply(this, args);
  };
  return Object.assign(born, { prototype }) as Class;
}
