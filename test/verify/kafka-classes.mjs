import { mavenClasses } from './maven-classes.mjs';

/** Pinned, because KafkaJS supports few protocol versions of brokers. The compose file names the same version. */
export const KAFKA_VERSION = '4.3.1';

const classes = mavenClasses(`kafka-${KAFKA_VERSION}`, [
  `org.apache.kafka:kafka_2.13:${KAFKA_VERSION}`,
  'org.slf4j:slf4j-simple:1.7.36',
]);

/** Folder with the JAR files of Apache Kafka, once `fetchKafkaClasses` has filled it. */
export const KAFKA_CLASSES = classes.folder;
export const hasKafkaClasses = classes.isPresent;
export const fetchKafkaClasses = classes.fetch;
