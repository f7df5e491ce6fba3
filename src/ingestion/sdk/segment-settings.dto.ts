import { ApiProperty } from '@nestjs/swagger';
import { type JsonObject } from '../../events/event.js';

/** The settings of Segment's SDKs in browsers and apps (WIRE 6.2). */
export class SegmentSettings {
  /**
   * One entry, `Segment.io`: the write key, the address to send to, and how to treat refusals. This server delivers to all
   * other destinations.
   */
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { 'Segment.io': { apiKey: 'YOUR_WRITE_KEY', apiHost: 'collector.example.com/v1' } },
  })
  integrations!: JsonObject;

  /** Every event is allowed. */
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    example: { track: { __default: { enabled: true } } },
  })
  plan!: JsonObject;

  /** Nothing is dropped or changed in the browser. */
  @ApiProperty({ type: 'object', additionalProperties: true, example: { routingRules: [] } })
  middlewareSettings!: JsonObject;

  /** The SDKs' reports on themselves are turned off. */
  @ApiProperty({ type: 'object', additionalProperties: true, example: { sampleRate: 0 } })
  metrics!: JsonObject;

  /** None. */
  @ApiProperty({ type: 'object', additionalProperties: true, example: {} })
  enabledMiddleware!: JsonObject;

  /** None. */
  @ApiProperty({ type: 'array', items: { type: 'object' }, example: [] })
  remotePlugins!: JsonObject[];

  /** None. */
  @ApiProperty({ type: 'object', additionalProperties: true, example: {} })
  edgeFunction!: JsonObject;

  /**
   * Always false.
   * @example false
   */
  legacyVideoPluginsEnabled!: boolean;
}
