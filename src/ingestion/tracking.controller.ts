import { Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiBasicAuth, ApiTags } from '@nestjs/swagger';
import { WriteKeyGuard } from '../auth/write-key.guard.js';
import { EventPublisher } from '../destinations/publisher.js';
import { type NormalizedCall } from '../events/call.js';
import { AliasDto } from '../normalization/messages/alias.dto.js';
import { GroupDto } from '../normalization/messages/group.dto.js';
import { IdentifyDto } from '../normalization/messages/identify.dto.js';
import { PageDto } from '../normalization/messages/page.dto.js';
import { ScreenDto } from '../normalization/messages/screen.dto.js';
import { TrackDto } from '../normalization/messages/track.dto.js';
import { NormalizationPipe } from '../normalization/normalization.pipe.js';
import { answerTo } from './answers/answer.js';
import { type SuccessResponse } from './answers/answers.dto.js';
import { AnswersJson, ApiRefusals } from './docs/tracking-docs.js';
import { Incoming } from './edge/incoming.js';

/** Single calls from servers. The short paths of SDKs are beside it, in the device controller. */
@ApiTags('Tracking')
@ApiBasicAuth('writeKey')
@ApiRefusals()
@Controller('v1')
@UseGuards(WriteKeyGuard)
export class TrackingController {
  constructor(private readonly publisher: EventPublisher) {}

  /**
   * Say who a user is
   * @remarks Ties a user to their traits. SDKs in browsers and apps call it `/v1/i`.
   */
  @Post('identify')
  @HttpCode(200)
  @AnswersJson(IdentifyDto, { userId: 'user-1', traits: { email: 'jane@example.com', plan: 'pro' } })
  identify(@Incoming('identify', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    return this.accept(call);
  }

  /**
   * Record what a user did
   * @remarks Records an action with its properties. SDKs in browsers and apps call it `/v1/t`.
   */
  @Post('track')
  @HttpCode(200)
  @AnswersJson(TrackDto, { userId: 'user-1', event: 'Order Completed', properties: { revenue: 29.99 } })
  track(@Incoming('track', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    return this.accept(call);
  }

  /**
   * Record a page view
   * @remarks Records which page of a website a user saw. SDKs in browsers call it `/v1/p`.
   */
  @Post('page')
  @HttpCode(200)
  @AnswersJson(PageDto, { anonymousId: 'anon-7f3a', name: 'Home', properties: { path: '/' } })
  page(@Incoming('page', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    return this.accept(call);
  }

  /**
   * Record a screen view
   * @remarks Records which screen of an app a user saw. SDKs in apps call it `/v1/s`.
   */
  @Post('screen')
  @HttpCode(200)
  @AnswersJson(ScreenDto, { userId: 'user-1', name: 'Settings' })
  screen(@Incoming('screen', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    return this.accept(call);
  }

  /**
   * Put a user into a group
   * @remarks Ties a user to a company, team or account, and records its traits. SDKs in browsers and apps call it `/v1/g`.
   */
  @Post('group')
  @HttpCode(200)
  @AnswersJson(GroupDto, { userId: 'user-1', groupId: 'team-7', traits: { name: 'Acme' } })
  group(@Incoming('group', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    return this.accept(call);
  }

  /**
   * Join two ids of one user
   * @remarks Says that the previous id and the new one are the same user. SDKs in browsers and apps call it `/v1/a`.
   */
  @Post('alias')
  @HttpCode(200)
  @AnswersJson(AliasDto, { previousId: 'anon-7f3a', userId: 'user-1' })
  alias(@Incoming('alias', NormalizationPipe) call: NormalizedCall): Promise<SuccessResponse> {
    return this.accept(call);
  }

  private async accept(call: NormalizedCall): Promise<SuccessResponse> {
    await this.publisher.publish(call);
    if (call.refusal) throw call.refusal;
    return answerTo(call);
  }
}
