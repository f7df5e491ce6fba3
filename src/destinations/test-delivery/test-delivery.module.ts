import { Module } from '@nestjs/common';
import { SecretsModule } from '../../secrets/secrets.module.js';
import { HandlerCalls } from '../delivery/call/handler-calls.js';
import { OpenHandlers } from '../delivery/call/open-handlers.js';
import { terminal } from '../delivery/call/terminal.js';
import { BulkheadModule } from '../bulkhead/bulkhead.module.js';
import { OutgoingModule } from '../outgoing/outgoing.module.js';
import { TestDelivery } from './test-delivery.js';

/** What the admin API needs to store, check and test destinations, also in a process without the delivery role. */
@Module({
  imports: [BulkheadModule, OutgoingModule, SecretsModule],
  // An instance of its own, so that a test never closes what the deliveries of the same destination use.
  providers: [HandlerCalls, OpenHandlers, terminal, TestDelivery],
  exports: [OutgoingModule, SecretsModule, TestDelivery],
})
export class TestDeliveryModule {}
