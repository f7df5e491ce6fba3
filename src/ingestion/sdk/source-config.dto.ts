import { ApiProperty } from '@nestjs/swagger';

/** A source as RudderStack's browser SDK knows it. */
export class RudderSource {
  id!: string;
  name!: string;
  writeKey!: string;
  workspaceId!: string;

  /** The SDK stops where this is false. */
  enabled!: boolean;

  /** The SDK's reports on itself, all turned off. */
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { statsCollection: { errors: { enabled: false }, metrics: { enabled: false } } },
  })
  config!: Record<string, unknown>;

  /** Empty: every destination is served here, none in the browser. */
  @ApiProperty({ type: 'array', items: { type: 'object' } })
  destinations!: object[];
}

/** What RudderStack's browser SDK must know before it sends (WIRE 6.2). */
export class SourceConfig {
  source!: RudderSource;
}
