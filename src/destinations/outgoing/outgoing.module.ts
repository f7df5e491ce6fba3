import { Module } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { AddressCheck } from './address-check.js';
import { HttpClient } from './http-client.js';
import { AddressGuard } from './address-guard.js';
import { GuardedNetwork } from './guarded-network.js';

/** The ways out, HTTP and other connections, and the judgement of addresses that goes with them. */
@Module({
  providers: [
    HttpClient,
    {
      provide: AddressGuard,
      inject: [Config],
      useFactory: (config: Config) => new AddressGuard(config.DESTINATION_ALLOWED_CIDRS),
    },
    {
      provide: AddressCheck,
      inject: [AddressGuard],
      useFactory: (guard: AddressGuard) => new AddressCheck(guard),
    },
    {
      provide: GuardedNetwork,
      inject: [AddressGuard],
      useFactory: (guard: AddressGuard) => new GuardedNetwork(guard),
    },
  ],
  exports: [AddressCheck, GuardedNetwork, HttpClient],
})
export class OutgoingModule {}
