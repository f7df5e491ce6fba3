import { Module } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { AddressCheck } from './address-check.js';
import { AddressGuard } from './address-guard.js';
import { GuardedNetwork } from './guarded-network.js';
import { HttpClient } from './http-client.js';

/** HTTP and other connections to destinations, and the check of addresses when settings are saved. All use one guard. */
@Module({
  providers: [
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
    GuardedNetwork,
    HttpClient,
  ],
  exports: [AddressCheck, GuardedNetwork, HttpClient],
})
export class OutgoingModule {}
