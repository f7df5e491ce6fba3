/** The class by which the consumers of kafkajs leave out control records and the records of aborted transactions. */
declare module 'kafkajs/src/consumer/batch.js' {
  import { type KafkaMessage } from 'kafkajs';

  export default class Batch {
    constructor(topic: string, fetchedOffset: string, partitionData: object);
    /** Everything that was fetched. */
    readonly rawMessages: readonly unknown[];
    /** What a consumer is to see. */
    readonly messages: readonly KafkaMessage[];
    lastOffset(): string;
  }
}
