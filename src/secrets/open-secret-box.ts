import { type Config } from '../config/config.js';
import { keptKey, readKeyFile } from './key-file.js';
import { SecretBox } from './secret-box.js';
import { parseSecretKey } from './secret-key.js';

/**
 * The box with the keys of SECRET_KEYS. Beside the embedded Postgres there is also the key in DATA_DIR: made when nothing
 * else is configured, and when SECRET_KEYS comes later it still opens what was sealed before. With DATABASE_URL and without
 * SECRET_KEYS the box is empty: several instances cannot each have a key of their own. Throws SecretKeyFileError.
 */
export async function openSecretBox(
  config: Pick<Config, 'SECRET_KEYS' | 'DATABASE_URL' | 'DATA_DIR'>,
): Promise<SecretBox> {
  const given = config.SECRET_KEYS.flatMap((text) => parseSecretKey(text) ?? []);
  if (config.DATABASE_URL !== undefined) return new SecretBox(given);
  const kept = given.length > 0 ? await readKeyFile(config.DATA_DIR) : await keptKey(config.DATA_DIR);
  return new SecretBox([...given, ...(kept ? [kept] : [])]);
}
