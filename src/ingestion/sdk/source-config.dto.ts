import { ApiProperty } from '@nestjs/swagger';

/** A source as RudderStack's browser SDK knows it. */
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
   * The SDK stops where this is false.
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

  /** Empty: every destination is served here, none in the browser. */
  @ApiProperty({ type: 'array', items: { type: 'object' }, example: [] })
  destinations!: object[];
}

/** What RudderStack's browser SDK must know before it sends (WIRE 6.2). */
export class SourceConfig {
  source!: RudderSource;
}
