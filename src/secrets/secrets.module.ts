import { Module } from '@nestjs/common';
import { Config } from '../config/config.js';
import { openSecretBox } from './open-secret-box.js';
import { SecretBox } from './secret-box.js';

/** Provides the SecretBox to modules that store or open secrets. */
@Module({
  providers: [
    { provide: SecretBox, inject: [Config], useFactory: (config: Config) => openSecretBox(config) },
  ],
  exports: [SecretBox],
})
export class SecretsModule {}
