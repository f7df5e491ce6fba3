import { type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { ArrivalsModule } from '../arrivals/arrivals.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { Config } from '../config/config.js';
import { DestinationsModule } from '../destinations/destinations.module.js';
import { Limits } from '../normalization/draft/limits.js';
import { NormalizationModule } from '../normalization/normalization.module.js';
import { BareBatchController } from './bare-batch.controller.js';
import { BatchController } from './batch.controller.js';
import { BeaconController } from './beacon.controller.js';
import { Collector } from './collector.js';
import { DeviceBatchController } from './device-batch.controller.js';
import { DeviceController } from './device.controller.js';
import { ReceiveBatch, ReceiveMessage } from './edge/receive-body.js';
import { answerHead } from './pixel/gif.js';
import { rudderQueryToBody } from './pixel/rudder-query.js';
import { segmentQueryToBody } from './pixel/segment-query.js';
import { RudderPixelController } from './rudder-pixel.controller.js';
import { ClusterInfoController } from './sdk/cluster-info.controller.js';
import { SdkMetricsController } from './sdk/sdk-metrics.controller.js';
import { SegmentSettingsController } from './sdk/segment-settings.controller.js';
import { SourceConfigController } from './sdk/source-config.controller.js';
import { SegmentPixelController } from './segment-pixel.controller.js';
import { TrackingController } from './tracking.controller.js';

const singles = [TrackingController, DeviceController];
const batches = [BatchController, BareBatchController, DeviceBatchController, BeaconController];
const sdk = [SegmentSettingsController, SourceConfigController, ClusterInfoController, SdkMetricsController];
const pixels = [SegmentPixelController, RudderPixelController];

const normalization = NormalizationModule.limitedBy({
  inject: [Config],
  useFactory: ({ MAX_EVENT_BYTES, MAX_BATCH_EVENTS, ALLOW_GROUP_WITHOUT_USER }: Config) =>
    new Limits(MAX_EVENT_BYTES, MAX_BATCH_EVENTS, ALLOW_GROUP_WITHOUT_USER),
});

/** All ways in. Every transport becomes the same call at the edge; a body is read only for the routes that take one. */
@Module({
  imports: [ArrivalsModule, AuthModule, DestinationsModule, normalization],
  controllers: [...singles, ...batches, ...pixels, ...sdk],
  providers: [Collector],
})
export class IngestionModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(ReceiveMessage).forRoutes(...singles);
    consumer.apply(ReceiveBatch).forRoutes(...batches);
    consumer.apply(answerHead, segmentQueryToBody).forRoutes(SegmentPixelController);
    consumer.apply(answerHead, rudderQueryToBody).forRoutes(RudderPixelController);
  }
}
