import { Module } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { AddressCheck } from './address-check.js';
import { AddressGuard } from './address-guard.js';
import { HttpClient } from './http-client.js';

/** The one way out, and the judgement of addresses that goes with it. */
@Module({
  providers: [
    HttpClient,
    {
      provide: AddressCheck,
      inject: [Config],
      useFactory: (config: Config) => new AddressCheck(new AddressGuard(config.DESTINATION_ALLOWED_CIDRS)),
    },
  ],
  exports: [AddressCheck, HttpClient],
})
export class OutgoingHttpModule {}
