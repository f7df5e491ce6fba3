import { Module } from '@nestjs/common';
import { ChangesModule } from '../changes/changes.module.js';
import { InstanceTokensController } from './instance-tokens.controller.js';
import { Tokens } from './tokens.js';
import { WorkspaceTokensController } from './workspace-tokens.controller.js';

@Module({
  imports: [ChangesModule],
  controllers: [WorkspaceTokensController, InstanceTokensController],
  providers: [Tokens],
  exports: [Tokens],
})
export class TokensModule {}
