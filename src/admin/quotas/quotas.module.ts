import { Module } from '@nestjs/common';
import { ChangesModule } from '../changes/changes.module.js';
import { Quotas } from './quotas.js';
import { QuotasController } from './quotas.controller.js';

@Module({
  imports: [ChangesModule],
  controllers: [QuotasController],
  providers: [Quotas],
})
export class QuotasModule {}
