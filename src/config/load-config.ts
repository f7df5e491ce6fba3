import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, type ValidationError, validateSync } from 'class-validator';
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

// On Node 20 the AWS SDK says on stderr that it will want Node 22 one day: a matter of the lock file, not of operators.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

/** The variables of this process. */
export const environment = (): Readonly<Record<string, string | undefined>> => process.env;

/** Reads the settings of the process from an environment; throws a ConfigError that lists every problem at once. */
export function loadConfig(variables = environment()): Config {
  const known = new Set(configNames());
  const given = Object.entries(variables).filter(
    ([name, value]) => known.has(name) && value !== undefined && value !== '',
  );
  const config = plainToInstance(Config, Object.fromEntries(given), { exposeDefaultValues: true });
  const problems = [...validateSync(config).flatMap(sentencesOf), ...conflictsOf(config)];
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config);
}

/** Every setting there is, in the order of their declaration. */
export function configNames(): string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(Config, '', false, false);
  return [...new Set(rules.map(({ propertyName }) => propertyName))];
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
