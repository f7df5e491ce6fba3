import { Module } from '@nestjs/common';
import { ReplayPlanModule } from '../../destinations/replay/replay-plan.module.js';
import { ChangesModule } from '../changes/changes.module.js';
import { ReplayPlanning } from './replay-planning.js';
import { Replays } from './replays.js';
import { ReplaysController } from './replays.controller.js';

@Module({
  imports: [ChangesModule, ReplayPlanModule],
  controllers: [ReplaysController],
  providers: [Replays, ReplayPlanning],
})
export class ReplaysModule {}
