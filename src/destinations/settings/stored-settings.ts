import { isJsonObject, type JsonObject } from '../../events/event.js';
import { type SecretBox } from '../../secrets/secret-box.js';
import { DamagedSecret, UnknownSecretKey } from '../../secrets/secret-errors.js';
import { type Handler } from '../contract/handler.js';
import { joinSettings, splitSettings } from './split-settings.js';

/** The columns of a destination that hold its settings. */
export interface StoredSettings {
  readonly id: string;
  readonly settings: unknown;
  /** One JSON object with all secret settings, sealed for this row. */
  readonly secrets: string | null;
}

/** Settings as the API shows them. */
export interface ShownSettings {
  readonly settings: JsonObject;
  /** Names of the stored secret settings. */
  readonly secretsSet: readonly string[];
  /** Why the sealed secrets cannot be opened; `secretsSet` is then incomplete. */
  readonly secretsProblem?: UnknownSecretKey['code'] | DamagedSecret['code'];
}

/** Values for the columns of the destination with this id. Throws NoSecretKey when there are secrets but no key to seal them. */
export function storedSettings(
  box: SecretBox,
  handler: Pick<Handler, 'settings'>,
  id: string,
  settings: JsonObject,
): { readonly settings: JsonObject; readonly secrets: string | null } {
  const { plain, secrets } = splitSettings(handler, settings);
  const none = Object.keys(secrets).length === 0;
  return { settings: plain, secrets: none ? null : box.seal(JSON.stringify(secrets), id) };
}

/** All settings of a row, also of a row with unsealed secrets of an early version. Throws UnknownSecretKey or DamagedSecret. */
export function openSettings(box: SecretBox, row: StoredSettings): JsonObject {
  return joinSettings({
    plain: isJsonObject(row.settings) ? row.settings : {},
    secrets: openSecrets(box, row),
  });
}

/** The masked view: it names secret settings without their values. */
export function shownSettings(
  box: SecretBox,
  handler: Pick<Handler, 'settings'>,
  row: StoredSettings,
): ShownSettings {
  const { plain, secrets } = splitSettings(handler, isJsonObject(row.settings) ? row.settings : {});
  const named = (more: JsonObject): readonly string[] => Object.keys({ ...secrets, ...more }).sort();
  try {
    return { settings: plain, secretsSet: named(openSecrets(box, row)) };
  } catch (error) {
    if (!(error instanceof UnknownSecretKey || error instanceof DamagedSecret)) throw error;
    return { settings: plain, secretsSet: named({}), secretsProblem: error.code };
  }
}

/** The sealed settings of a row; empty when there are none. Throws UnknownSecretKey or DamagedSecret. */
export function openSecrets(
  box: SecretBox,
  { id, secrets }: Pick<StoredSettings, 'id' | 'secrets'>,
): JsonObject {
  if (secrets === null) return {};
  const opened: unknown = JSON.parse(box.open(secrets, id));
  if (!isJsonObject(opened)) throw new DamagedSecret();
  return opened;
}
