import { type Socket } from 'node:net';
import { type Behave } from './behaviour.js';
import {
  API_VERSIONS,
  array,
  frame,
  int16,
  int32,
  METADATA,
  onRequest,
  PRODUCE,
  type Request,
  SASL_AUTHENTICATE,
  SASL_HANDSHAKE,
  text,
  versions,
} from './kafka-frames.js';

/** Bodies of answers by API; a function acts on the socket itself. */
export type Answers = Readonly<
  Record<number, Buffer | ((socket: Socket, request: Request) => unknown) | undefined>
>;

/** Name of the topic to which the destinations send. */
export const TOPIC = 't';

export const broker = (node: number, host: string, port: number): Buffer =>
  Buffer.concat([int32(node), text(host), int32(port)]);

export const partition = (id: number, leader: number, error = 0): Buffer =>
  Buffer.concat([int16(error), int32(id), int32(leader), array([int32(leader)]), array([int32(leader)])]);

export const topic = (partitions: readonly Buffer[], error = 0, name = TOPIC): Buffer =>
  Buffer.concat([int16(error), text(name), array(partitions)]);

export const metadata = (brokers: readonly Buffer[], topics: readonly Buffer[]): Buffer =>
  Buffer.concat([array(brokers), array(topics)]);

/** The metadata of an honest broker with one partition. */
export const honestMetadata = ({ localPort = 0 }: Socket): Buffer =>
  metadata([broker(0, '127.0.0.1', localPort)], [topic([partition(0, 0)])]);

const APIS = [PRODUCE, METADATA, API_VERSIONS, SASL_HANDSHAKE, SASL_AUTHENTICATE];

/** A broker that is honest, except where an answer is given here. It speaks version 0 of each API. */
export const brokerWith =
  (answers: Answers): Behave =>
  (socket) =>
    onRequest(socket, (request) => {
      const answer = answers[request.api] ?? honest(request.api, socket);
      if (typeof answer === 'function') answer(socket, request);
      else socket.write(frame(request.correlationId, answer));
    });

function honest(api: number, socket: Socket): Buffer {
  if (api === API_VERSIONS) return versions(APIS);
  if (api === METADATA) return honestMetadata(socket);
  if (api === SASL_HANDSHAKE) return Buffer.concat([int16(0), array([text('PLAIN')])]);
  return Buffer.alloc(0);
}
