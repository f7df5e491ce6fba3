import { Module } from '@nestjs/common';
import { SecretsModule } from '../../secrets/secrets.module.js';
import { terminal } from '../delivery/call/terminal.js';
import { OutgoingModule } from '../outgoing/outgoing.module.js';
import { TestDelivery } from './test-delivery.js';

/** What the administration needs to keep, judge and try out destinations, also in a process that delivers nothing. */
@Module({
  imports: [OutgoingModule, SecretsModule],
  providers: [terminal, TestDelivery],
  exports: [OutgoingModule, SecretsModule, TestDelivery],
})
export class TestDeliveryModule {}
