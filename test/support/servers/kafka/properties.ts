export interface Listener {
  readonly name: string;
  readonly port: number;
  /** The address that the broker tells its clients, `host:port`. */
  readonly advertised: string;
  readonly protocol: 'PLAINTEXT' | 'SASL_SSL';
}

interface Place {
  /** Where the listeners for clients bind; empty for every interface. */
  readonly host: '127.0.0.1' | '';
  readonly controllerPort: number;
  readonly quorum: Readonly<Record<string, string>>;
}

/**
 * The system picks the controller's port at each start, so no other process can take it first. The only client of the
 * controller is the broker in the same process, and it gets the port from the quorum.
 */
export const PROCESS: Place = {
  host: '127.0.0.1',
  controllerPort: 0,
  quorum: { 'controller.quorum.bootstrap.servers': '127.0.0.1:0' },
};

/** Nothing else in the container uses the controller's port. The image formats the storage for fixed voters. */
export const CONTAINER: Place = {
  host: '',
  controllerPort: 9_093,
  quorum: { 'controller.quorum.voters': '1@127.0.0.1:9093' },
};

/** Settings of a single Kafka node that starts, forms groups and recovers from a crash quickly. */
export function kafkaProperties(
  port: number,
  more: readonly Listener[],
  { host, controllerPort, quorum }: Place,
): Record<string, string> {
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    ...quorum,
    'controller.listener.names': 'CONTROLLER',
    listeners: [
      `PLAINTEXT://${host}:${port}`,
      `CONTROLLER://127.0.0.1:${controllerPort}`,
      ...more.map((listener) => `${listener.name}://${host}:${listener.port}`),
    ].join(','),
    'advertised.listeners': [
      `PLAINTEXT://127.0.0.1:${port}`,
      ...more.map(({ name, advertised }) => `${name}://${advertised}`),
    ].join(','),
    'listener.security.protocol.map': [
      ...['PLAINTEXT:PLAINTEXT', 'CONTROLLER:PLAINTEXT'],
      ...more.map(({ name, protocol }) => `${name}:${protocol}`),
    ].join(','),
    'auto.create.topics.enable': 'false',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '5',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '5',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    'group.min.session.timeout.ms': '1000',
    // With the default of 9 s, a killed broker could register again only after its old session has expired.
    'broker.session.timeout.ms': '2000',
    'broker.heartbeat.interval.ms': '400',
  };
}
