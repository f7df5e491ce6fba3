import { Module } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { AddressCheck } from './address-check.js';
import { AddressGuard } from './address-guard.js';
import { GuardedNetwork } from './guarded-network.js';
import { HttpClient } from './http-client.js';
import { HostNames } from './names/host-names.js';

/** HTTP and other connections to destinations, and the check of addresses when settings are saved. All use one guard. */
@Module({
  providers: [
    {
      provide: AddressGuard,
      inject: [Config],
      useFactory: ({ DESTINATION_ALLOWED_CIDRS, DNS_SERVERS }: Config) =>
        new AddressGuard(DESTINATION_ALLOWED_CIDRS, new HostNames({ servers: DNS_SERVERS })),
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
