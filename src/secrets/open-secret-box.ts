import { type Config } from '../config/config.js';
import { readOrCreateKeyFile, readKeyFile } from './key-file.js';
import { SecretBox } from './secret-box.js';
import { parseSecretKey } from './secret-key.js';

/**
 * The box with the keys of SECRET_KEYS. With the embedded Postgres there is also a key file in DATA_DIR. It is created when
 * SECRET_KEYS is empty, and still opens older secrets when SECRET_KEYS is set later. With DATABASE_URL and without SECRET_KEYS
 * the box is empty: instances that share a database must not have different keys. Throws SecretKeyFileError.
 */
export async function openSecretBox(
  config: Pick<Config, 'SECRET_KEYS' | 'DATABASE_URL' | 'DATA_DIR'>,
): Promise<SecretBox> {
  const configured = config.SECRET_KEYS.flatMap((text) => parseSecretKey(text) ?? []);
  if (config.DATABASE_URL !== undefined) return new SecretBox(configured);
  const fromFile =
    configured.length > 0 ? await readKeyFile(config.DATA_DIR) : await readOrCreateKeyFile(config.DATA_DIR);
  return new SecretBox([...configured, ...(fromFile ? [fromFile] : [])]);
}
