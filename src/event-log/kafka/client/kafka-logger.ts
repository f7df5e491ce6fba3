import { Logger } from '@nestjs/common';
import { type LogEntry, type logCreator, logLevel } from 'kafkajs';

/** Shortest time between two equal lines, in ms: kafkajs logs the same failure at every retry. */
const QUIET_MS = 60_000;
/** Most lines remembered at once. */
const REMEMBERED = 200;

/** Sends the warnings and errors of kafkajs to Nest's logger, without repetitions. */
export const kafkaLogCreator: logCreator = () => {
  const logger = new Logger('KafkaJS');
  const printed = new Map<string, number>();
  return ({ namespace, level, log: entry }: LogEntry) => {
    const { message, groupId, broker, error } = entry as Partial<Record<string, string>>;
    const key = `${namespace}|${message}`;
    const now = Date.now();
    if (now - (printed.get(key) ?? -Infinity) < QUIET_MS) return;
    if (printed.size >= REMEMBERED) printed.clear();
    printed.set(key, now);
    const line = { event: 'kafkajs', namespace, message, groupId, broker, reason: error };
    if (level <= logLevel.ERROR) logger.error(line);
    else logger.warn(line);
  };
};
