import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { type Destination } from '../../database/entities/destination.entity.js';
import { handlerOf } from '../../destinations/settings/destination-types.js';
import { type Handler } from '../../destinations/contract/handler.js';
import { secretsOf } from '../../destinations/contract/settings-marks.js';
import { AddressCheck } from '../../destinations/outgoing/address-check.js';
import { AllowedTypes } from '../../destinations/settings/allowed-types.js';
import { checkSettings } from '../../destinations/settings/check-settings.js';
import { type SettingFault } from '../../destinations/settings/setting-fault.js';
import { splitSettings } from '../../destinations/settings/split-settings.js';
import {
  openSettings,
  type ShownSettings,
  shownSettings,
  storedSettings,
} from '../../destinations/settings/stored-settings.js';
import { trimmedSettings } from '../../destinations/settings/trimmed-settings.js';
import { ungivenSecrets } from '../../destinations/settings/ungiven-secrets.js';
import { isJsonObject, type JsonObject } from '../../events/event.js';
import { SecretBox } from '../../secrets/secret-box.js';
import {
  invalidSettings,
  opening,
  secretsRequired,
  typeNotAllowed,
  unknownType,
  withKey,
} from './settings-problems.js';

/** The columns of a destination that hold its settings. */
type SettingsColumns = Pick<Destination, 'settings' | 'secrets'>;

interface ChangedSettings {
  readonly columns: SettingsColumns;
  readonly secretsChanged: readonly string[];
}

const VETTED = Symbol('addresses checked');

/** Given settings whose addresses were judged. Only the methods below make them, so no change can skip the judgement. */
export interface VettedSettings {
  readonly given: JsonObject;
  readonly [VETTED]: true;
}

/** Settings with an address that destinations may not call. */
interface BlockedSettings {
  readonly faults: readonly SettingFault[];
}

/** Judges the settings of destinations, turns them into columns, and shows them. */
@Injectable()
export class DestinationSettings {
  constructor(
    private readonly box: SecretBox,
    private readonly addresses: AddressCheck,
    private readonly types: AllowedTypes,
  ) {}

  /**
   * Judges the addresses in settings. Call it before a change begins: a name server may take two seconds, and a change holds
   * the lock of its workspace. Throws `invalid_request` for an address that destinations may not call.
   */
  async check(type: string, given: JsonObject): Promise<VettedSettings> {
    const judged = await this.judge(type, given);
    if ('faults' in judged) throw invalidSettings(judged.faults);
    return judged;
  }

  /**
   * Judges the settings that a destination would have, because a given setting may concern a stored address: without TLS a
   * public one is refused. An address that is stored and not concerned passes as it is, also where the operator has closed its
   * network since.
   */
  async checkChange({ type, settings }: Destination, untrimmed: JsonObject): Promise<VettedSettings> {
    const given = trimmedSettings(untrimmed);
    const handler = handlerOf(type);
    if (handler === undefined) return { given, [VETTED]: true };
    const stored = await this.addresses.faultsOf(handler, settings);
    const faults = await this.addresses.faultsOf(handler, { ...settings, ...given });
    const isOld = ({ pointer, detail }: SettingFault) =>
      !(nameIn(pointer) in given) && stored.some((old) => old.pointer === pointer && old.detail === detail);
    const caused = faults.filter((fault) => !isOld(fault));
    if (caused.length > 0) throw invalidSettings(caused);
    return { given, [VETTED]: true };
  }

  /** Like `check`, but resolves to the faults. Their pointers begin at the settings. */
  async judge(type: string, untrimmed: JsonObject): Promise<VettedSettings | BlockedSettings> {
    const given = trimmedSettings(untrimmed);
    const handler = handlerOf(type);
    const faults = handler === undefined ? [] : await this.addresses.faultsOf(handler, given);
    return faults.length > 0 ? { faults } : { given, [VETTED]: true };
  }

  /**
   * The columns of a new destination. Throws `type_not_allowed`, and `invalid_request` for settings that its type does not
   * accept.
   */
  columns(type: string, id: string, { given }: VettedSettings): SettingsColumns {
    if (this.isForbidden(type)) throw typeNotAllowed(type);
    const handler = knownHandler(type);
    const settings = accepted(handler, given);
    return withKey(() => storedSettings(this.box, handler, id, settings));
  }

  /**
   * The columns after a change, and the names of the secrets that it changes. A given setting replaces the stored one as a
   * whole; null removes it. An unchanged secret keeps its stored ciphertext, because encrypting it again would look like a
   * change. Throws `secrets_required` when stored secrets would go to another address.
   */
  changed(row: Destination, { given }: VettedSettings): ChangedSettings {
    const handler = knownHandler(row.type);
    const names = secretsOf(handler.settings);
    const isReplaced = names.length > 0 && names.every((name) => name in given);
    const before = isReplaced && !this.opens(row) ? undefined : opening(() => openSettings(this.box, row));
    const settings = accepted(handler, { ...(before ?? row.settings), ...given });
    const ungiven = before === undefined ? [] : ungivenSecrets(handler, before, given);
    if (ungiven.length > 0) throw secretsRequired(ungiven);
    const secretsChanged = names.filter((name) => !isDeepStrictEqual(before?.[name], settings[name]));
    const { plain, secrets } = splitSettings(handler, settings);
    if (before !== undefined && secretsChanged.length === 0 && !hasClearSecrets(handler, row))
      return { columns: { settings: plain, secrets: row.secrets }, secretsChanged };
    const columns = withKey(() => storedSettings(this.box, handler, row.id, { ...plain, ...secrets }));
    return { columns, secretsChanged };
  }

  /** Whether the operator forbids destinations of this type. */
  isForbidden(type: string): boolean {
    return this.types.forbids(type);
  }

  /** Names of the secrets that `changed` would require. Empty when the stored secrets cannot be decrypted. */
  ungiven(row: Destination, given: JsonObject): readonly string[] {
    const handler = handlerOf(row.type);
    if (handler === undefined || !this.opens(row)) return [];
    return ungivenSecrets(handler, openSettings(this.box, row), given);
  }

  /** Shows nothing of a type that this build does not have, because any of its settings may be secret. */
  shown(row: Destination): ShownSettings {
    const handler = handlerOf(row.type);
    return handler === undefined ? { settings: {}, secretsSet: [] } : shownSettings(this.box, handler, row);
  }

  /** The handler and all settings, with the secret ones in clear, for an attempt. Throws `type_not_allowed`. */
  opened(row: Destination): { handler: Handler; settings: JsonObject } {
    if (this.isForbidden(row.type)) throw typeNotAllowed(row.type);
    const handler = knownHandler(row.type);
    return {
      handler,
      settings: accepted(
        handler,
        opening(() => openSettings(this.box, row)),
      ),
    };
  }

  private opens(row: Destination): boolean {
    return this.shown(row).secretsProblem === undefined;
  }
}

function knownHandler(type: string): Handler {
  const handler = handlerOf(type);
  if (handler === undefined) throw unknownType(type);
  return handler;
}

function accepted(handler: Handler, given: object): JsonObject {
  const answer = checkSettings(handler, given);
  if ('faults' in answer) throw invalidSettings(answer.faults);
  return answer.settings;
}

/** The setting to which a pointer leads. No name of a setting is escaped in it. */
const nameIn = (pointer: string): string => pointer.split('/')[1] ?? '';

/** Whether the row was written before secrets were encrypted at rest. */
function hasClearSecrets(handler: Handler, { settings }: Destination): boolean {
  const stored = isJsonObject(settings) ? settings : {};
  return Object.keys(splitSettings(handler, stored).secrets).length > 0;
}
