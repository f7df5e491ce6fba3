import { type MiddlewareConsumer, Module, type NestModule, type OnModuleInit } from '@nestjs/common';
import { ArrivalsModule } from '../arrivals/arrivals.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { Config } from '../config/config.js';
import { DestinationsModule } from '../destinations/destinations.module.js';
import { Limits } from '../normalization/draft/limits.js';
import { NormalizationModule } from '../normalization/normalization.module.js';
import { BareBatchController } from './controllers/bare-batch.controller.js';
import { BatchController } from './controllers/batch.controller.js';
import { BeaconController } from './controllers/beacon.controller.js';
import { AlwaysGifFilter, GifWithStatusFilter } from './answers/gif.filter.js';
import { Collector } from './collector.js';
import { DeviceBatchController } from './controllers/device-batch.controller.js';
import { DeviceController } from './controllers/device.controller.js';
import { DirectRoutes } from './direct-routes.js';
import { ReceiveBatch, ReceiveMessage } from './edge/receive-body.js';
import { answerHead } from './pixel/gif.js';
import { receiveRudderQuery, rudderQueryToBody } from './pixel/rudder-query.js';
import { receiveSegmentQuery, segmentQueryToBody } from './pixel/segment-query.js';
import { RudderPixelController } from './controllers/rudder-pixel.controller.js';
import { ClusterInfoController } from './sdk/cluster-info.controller.js';
import { SdkMetricsController } from './sdk/sdk-metrics.controller.js';
import { SegmentSettingsController } from './sdk/segment-settings.controller.js';
import { SourceConfigController } from './sdk/source-config.controller.js';
import { SegmentPixelController } from './controllers/segment-pixel.controller.js';
import { TrackingController } from './controllers/tracking.controller.js';

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
  providers: [Collector, DirectRoutes, ReceiveMessage, ReceiveBatch, GifWithStatusFilter, AlwaysGifFilter],
})
export class IngestionModule implements NestModule, OnModuleInit {
  constructor(
    private readonly direct: DirectRoutes,
    private readonly message: ReceiveMessage,
    private readonly batch: ReceiveBatch,
  ) {}

  onModuleInit(): void {
    this.direct.add(singles, (request, response) => this.message.receive(request, response));
    this.direct.add(batches, (request, response) => this.batch.receive(request, response));
    this.direct.add([SegmentPixelController], receiveSegmentQuery);
    this.direct.add([RudderPixelController], receiveRudderQuery);
  }

  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(ReceiveMessage).forRoutes(...singles);
    consumer.apply(ReceiveBatch).forRoutes(...batches);
    consumer.apply(answerHead, segmentQueryToBody).forRoutes(SegmentPixelController);
    consumer.apply(answerHead, rudderQueryToBody).forRoutes(RudderPixelController);
  }
}
