import { Module } from '@nestjs/common';
import { ChangesModule } from '../changes/changes.module.js';
import { DeadLetters } from './dead-letters.js';
import { DeadLettersController } from './dead-letters.controller.js';

@Module({
  imports: [ChangesModule],
  controllers: [DeadLettersController],
  providers: [DeadLetters],
})
export class DeadLettersModule {}
