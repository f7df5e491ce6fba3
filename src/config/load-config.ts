import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, type ValidationError, validateSync } from 'class-validator';
import { Config } from './config.js';
import { environment } from './environment.js';
import { missingForWorkers } from './workers.js';

/** The environment is not valid. `problems` has one sentence each and never a value, which may be a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: readonly string[]) {
    super(
      `The environment has ${problems.length} problem${problems.length === 1 ? '' : 's'}:\n  ${problems.join('\n  ')}`,
    );
  }
}

/** Reads the settings from an environment. Throws ConfigError, which lists all problems together. */
export function loadConfig(variables = environment()): Config {
  const known = new Set(configNames());
  const given = Object.entries(variables).flatMap(([name, value = '']) => {
    // A value from a file or a command ends in a line feed, which no setting needs.
    const text = value.trimEnd();
    return known.has(name) && text !== '' ? [[name, text] as const] : [];
  });
  const config = plainToInstance(Config, Object.fromEntries(given), { exposeDefaultValues: true });
  const problems = [...validateSync(config).flatMap(sentencesOf), ...conflictsOf(config)];
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config);
}

/** Names of all settings in the order of their declaration. */
export function configNames(): string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(Config, '', false, false);
  return [...new Set(rules.map(({ propertyName }) => propertyName))];
}

function sentencesOf(error: ValidationError): string[] {
  return Object.values(error.constraints ?? {});
}

/** Problems between several settings. */
function conflictsOf(config: Config): string[] {
  const problems: string[] = [];
  const isSplit = new Set(config.ROLES).size < 3;
  if (isSplit && (config.DATABASE_URL === undefined || config.KAFKA_BROKERS === undefined)) {
    problems.push(
      'ROLES: a process with fewer than all roles needs DATABASE_URL and KAFKA_BROKERS; the embedded default is one process',
    );
  }
  const missing = missingForWorkers(config);
  if (typeof config.WORKERS === 'number' && config.WORKERS > 1 && missing.length > 0) {
    problems.push(
      `WORKERS: more than one worker needs ${missing.join(' and ')}; without DATABASE_URL, KAFKA_BROKERS and REDIS_URL there is one process`,
    );
  }
  const saslSettings = [config.KAFKA_SASL_MECHANISM, config.KAFKA_SASL_USERNAME, config.KAFKA_SASL_PASSWORD];
  if (saslSettings.some((value) => value !== undefined) && saslSettings.includes(undefined)) {
    problems.push('KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD must be set together');
  }
  if ((config.KAFKA_TLS_CERT_FILE === undefined) !== (config.KAFKA_TLS_KEY_FILE === undefined)) {
    problems.push('KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE must be set together');
  }
  return problems;
}
