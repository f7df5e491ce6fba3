import { plainToInstance } from 'class-transformer';
import { type ValidationError, validateSync } from 'class-validator';
import { Config } from './config.js';

/** The environment cannot be used; `problems` has one sentence each and never a value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: readonly string[]) {
    super(
      `The environment has ${problems.length} problem${problems.length === 1 ? '' : 's'}:\n  ${problems.join('\n  ')}`,
    );
  }
}

/** Reads the settings of the process from an environment; throws a ConfigError that lists every problem at once. */
export function loadConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const given = Object.entries(environment).filter(([, value]) => value !== undefined && value !== '');
  const config = plainToInstance(Config, Object.fromEntries(given), { exposeDefaultValues: true });
  const problems = [...validateSync(config).flatMap(sentencesOf), ...conflictsOf(config)];
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config);
}

function sentencesOf(error: ValidationError): string[] {
  return Object.values(error.constraints ?? {});
}

/** Rules that concern several settings. */
function conflictsOf(config: Config): string[] {
  const problems: string[] = [];
  const apart = new Set(config.ROLES).size < 3;
  if (apart && (config.DATABASE_URL === undefined || config.KAFKA_BROKERS === undefined)) {
    problems.push(
      'ROLES: fewer than all roles need DATABASE_URL and KAFKA_BROKERS; the embedded default is one process',
    );
  }
  const login = [config.KAFKA_SASL_MECHANISM, config.KAFKA_SASL_USERNAME, config.KAFKA_SASL_PASSWORD];
  if (login.some((part) => part !== undefined) && login.includes(undefined)) {
    problems.push('KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD belong together');
  }
  if ((config.KAFKA_TLS_CERT_FILE === undefined) !== (config.KAFKA_TLS_KEY_FILE === undefined)) {
    problems.push('KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE belong together');
  }
  return problems;
}
