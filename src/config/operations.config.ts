import { IsOptional } from 'class-validator';
import { KafkaConfig } from './kafka.config.js';
import { Flag, Host, Int } from './setting.js';

/** Settings of what operators and developers reach, as opposed to senders of events. */
export class OperationsConfig extends KafkaConfig {
  /**
   * Port of a second HTTP listener. When it is set, `/docs`, `/openapi.json`, `/openapi/…` and `/metrics` are served there only,
   * beside all other paths.
   */
  @IsOptional()
  @Int(0, 65535)
  readonly OPERATIONS_PORT?: number;

  /** Address of the second HTTP listener. */
  @Host()
  readonly OPERATIONS_HOST: string = '127.0.0.1';

  /** Serve Swagger UI at `/docs`, and the API document at `/openapi.json` and `/openapi/…`. */
  @Flag()
  readonly SERVE_DOCS: boolean = true;

  /** Serve metrics for Prometheus at `/metrics`. */
  @Flag()
  readonly SERVE_METRICS: boolean = true;

  /** Wrong admin tokens that a client address may send in a minute. Further tokens of that address must wait. */
  @Int(1)
  readonly FAILED_TOKENS_PER_MINUTE: number = 10;
}
