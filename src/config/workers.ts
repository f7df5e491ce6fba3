import { availableParallelism } from 'node:os';
import { Config } from './config.js';

/** Which worker of how many this process is. Without WORKERS, a process is the first of one. */
export class WorkerPlace {
  constructor(
    /** From 1. A replacement has the number of the worker that was lost. */
    readonly number = 1,
    readonly of = 1,
  ) {}

  /** Whether work that one worker must do alone falls to this one. */
  get isFirst(): boolean {
    return this.number === 1;
  }
}

/** What workers share events, configuration, message ids and rate limits through. In a process, each worker would have its own. */
const SHARED = ['DATABASE_URL', 'KAFKA_BROKERS', 'REDIS_URL'] as const;

type WorkersConfig = Pick<Config, 'WORKERS' | (typeof SHARED)[number]>;

/** Settings that more than one worker needs and that are not there. */
export const missingForWorkers = (config: WorkersConfig): string[] =>
  SHARED.filter((name) => config[name] === undefined);

/** Number of worker processes. `auto` is one per core, and one where a second could share nothing with the first. */
export function workersOf(config: WorkersConfig, cores = availableParallelism()): number {
  if (config.WORKERS !== 'auto') return config.WORKERS;
  return missingForWorkers(config).length > 0 ? 1 : cores;
}

/** Least room for bodies and for records of a worker, in MiB: a twentieth of what the process needs anyway. */
const LEAST_MIB = 8;

/**
 * The settings of one worker. Limits of memory, of connections and of wrong tokens are those of the machine, so each worker has
 * its part. Beside collectors only the first worker delivers: the others are there to answer calls.
 */
export function shareOf(config: Config, { number, of }: WorkerPlace): Config {
  if (of === 1) return config;
  const part = (limit: number, least = 1): number => Math.max(Math.ceil(limit / of), Math.min(limit, least));
  const isElsewhere = number > 1 && config.ROLES.includes('collector');
  const share: Partial<Config> = {
    ROLES: isElsewhere ? config.ROLES.filter((role) => role !== 'delivery') : config.ROLES,
    MAX_CONNECTIONS: part(config.MAX_CONNECTIONS),
    MAX_ARRIVING_MIB: part(config.MAX_ARRIVING_MIB, LEAST_MIB),
    MAX_IN_FLIGHT_MIB: part(config.MAX_IN_FLIGHT_MIB, LEAST_MIB),
    FAILED_TOKENS_PER_MINUTE: part(config.FAILED_TOKENS_PER_MINUTE),
  };
  return Object.freeze(Object.assign(new Config(), config, share));
}
