import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBasicAuth, ApiTags } from '@nestjs/swagger';
import { type NormalizedCall } from '../../events/call.js';
import { AliasDto } from '../../normalization/messages/alias.dto.js';
import { GroupDto } from '../../normalization/messages/group.dto.js';
import { IdentifyDto } from '../../normalization/messages/identify.dto.js';
import { PageDto, ScreenDto } from '../../normalization/messages/view.dto.js';
import { TrackDto } from '../../normalization/messages/track.dto.js';
import { NormalizationPipe } from '../../normalization/normalization.pipe.js';
import { type SuccessResponse } from '../answers/answers.dto.js';
import { Collector } from '../collector.js';
import { Incoming } from '../edge/incoming.js';
import { AnswersJson, ApiRefusals } from '../docs/tracking-docs.js';
import { Transport } from '../transport.js';

/** Single calls from servers. SDKs in browsers and apps use the short paths of DeviceController. */
@ApiTags('Tracking')
@ApiBasicAuth('writeKey')
@ApiRefusals()
@Controller('v1')
@Transport('server')
export class TrackingController {
  constructor(private readonly collector: Collector) {}

  /**
   * Identify a user
   * @remarks Records who a user is, with their traits. SDKs in browsers and apps use `/v1/i`.
   */
  @Post('identify')
  @HttpCode(200)
  @AnswersJson(IdentifyDto, { userId: 'user-1', traits: { email: 'jane@example.com', plan: 'pro' } })
  identify(@Incoming('identify', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    return this.collector.accept(call);
  }

  /**
   * Track an action
   * @remarks Records what a user did, with properties. SDKs in browsers and apps use `/v1/t`.
   */
  @Post('track')
  @HttpCode(200)
  @AnswersJson(TrackDto, { userId: 'user-1', event: 'Order Completed', properties: { revenue: 29.99 } })
  track(@Incoming('track', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    return this.collector.accept(call);
  }

  /**
   * Record a page view
   * @remarks Records which page of a website a user saw. SDKs in browsers use `/v1/p`.
   */
  @Post('page')
  @HttpCode(200)
  @AnswersJson(PageDto, { anonymousId: 'anon-7f3a', name: 'Home', properties: { path: '/' } })
  page(@Incoming('page', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    return this.collector.accept(call);
  }

  /**
   * Record a screen view
   * @remarks Records which screen of an app a user saw. SDKs in apps use `/v1/s`.
   */
  @Post('screen')
  @HttpCode(200)
  @AnswersJson(ScreenDto, { userId: 'user-1', name: 'Settings' })
  screen(@Incoming('screen', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    return this.collector.accept(call);
  }

  /**
   * Put a user into a group
   * @remarks Records that a user belongs to a company, team or account, with its traits. SDKs in browsers and apps use `/v1/g`.
   */
  @Post('group')
  @HttpCode(200)
  @AnswersJson(GroupDto, { userId: 'user-1', groupId: 'team-7', traits: { name: 'Acme' } })
  group(@Incoming('group', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    return this.collector.accept(call);
  }

  /**
   * Join two ids of one user
   * @remarks Records that the previous id and the new id are the same user. SDKs in browsers and apps use `/v1/a`.
   */
  @Post('alias')
  @HttpCode(200)
  @AnswersJson(AliasDto, { previousId: 'anon-7f3a', userId: 'user-1' })
  alias(@Incoming('alias', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    return this.collector.accept(call);
  }
}
