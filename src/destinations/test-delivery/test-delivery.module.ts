import { Module } from '@nestjs/common';
import { SecretsModule } from '../../secrets/secrets.module.js';
import { Terminal } from '../delivery/terminal.js';
import { OutgoingHttpModule } from '../http/outgoing-http.module.js';
import { TestDelivery } from './test-delivery.js';

/** What the administration needs to keep, judge and try out destinations, also in a process that delivers nothing. */
@Module({
  imports: [OutgoingHttpModule, SecretsModule],
  providers: [Terminal, TestDelivery],
  exports: [OutgoingHttpModule, SecretsModule, TestDelivery],
})
export class TestDeliveryModule {}
