import { ApiProperty } from '@nestjs/swagger';

/** A source, in the form that RudderStack's browser SDK reads. */
export class RudderSource {
  /** @example src_0Uq3b2VtZ8kQ1x7mYd4HpR */
  id!: string;

  /** @example src_0Uq3b2VtZ8kQ1x7mYd4HpR */
  name!: string;

  /** @example YOUR_WRITE_KEY */
  writeKey!: string;

  /** @example wsp_0Uq3b2VtZ8kQ1x7mYd4HpR */
  workspaceId!: string;

  /**
   * If false, the SDK sends nothing.
   * @example true
   */
  enabled!: boolean;

  /** The SDK's reports on itself, all turned off. */
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { statsCollection: { errors: { enabled: false }, metrics: { enabled: false } } },
  })
  config!: Record<string, unknown>;

  /** Always empty: this server delivers to all destinations, and the browser to none. */
  @ApiProperty({ type: 'array', items: { type: 'object' }, example: [] })
  destinations!: object[];
}

/** The settings of RudderStack's browser SDK (WIRE 6.2). */
export class SourceConfig {
  source!: RudderSource;
}
