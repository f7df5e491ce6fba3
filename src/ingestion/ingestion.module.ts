import { type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { Config } from '../config/config.js';
import { DestinationsModule } from '../destinations/destinations.module.js';
import { Limits } from '../normalization/limits.js';
import { NormalizationModule } from '../normalization/normalization.module.js';
import { BatchController } from './batch.controller.js';
import { BeaconController } from './beacon.controller.js';
import { DeviceBatchController } from './device-batch.controller.js';
import { DeviceController } from './device.controller.js';
import { ReceiveBatch, ReceiveMessage } from './edge/receive-body.js';
import { answerHead } from './pixel/answer-head.js';
import { rudderQueryToBody } from './pixel/rudder-query.js';
import { segmentQueryToBody } from './pixel/segment-query.js';
import { RudderPixelController } from './rudder-pixel.controller.js';
import { SdkMetricsController } from './sdk-metrics.controller.js';
import { SegmentPixelController } from './segment-pixel.controller.js';
import { TrackingController } from './tracking.controller.js';

const singles = [TrackingController, DeviceController];
const batches = [BatchController, DeviceBatchController, BeaconController];
const pixels = [SegmentPixelController, RudderPixelController];

const normalization = NormalizationModule.limitedBy({
  inject: [Config],
  useFactory: ({ MAX_EVENT_BYTES }: Config) => new Limits(MAX_EVENT_BYTES),
});

/** All ways in. Each transport becomes the same call at the edge; a body is read only where a route wants one. */
@Module({
  imports: [AuthModule, DestinationsModule, normalization],
  controllers: [...singles, ...batches, ...pixels, SdkMetricsController],
})
export class IngestionModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(ReceiveMessage).forRoutes(...singles);
    consumer.apply(ReceiveBatch).forRoutes(...batches);
    consumer.apply(answerHead, segmentQueryToBody).forRoutes(SegmentPixelController);
    consumer.apply(answerHead, rudderQueryToBody).forRoutes(RudderPixelController);
  }
}
