import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { type Destination } from '../../database/entities/destination.entity.js';
import { handlerOf } from '../../destinations/settings/destination-types.js';
import { type Handler } from '../../destinations/contract/handler.js';
import { secretsOf } from '../../destinations/contract/settings-marks.js';
import { AddressCheck } from '../../destinations/outgoing/address-check.js';
import { checkSettings } from '../../destinations/settings/check-settings.js';
import { splitSettings } from '../../destinations/settings/split-settings.js';
import {
  openSettings,
  type ShownSettings,
  shownSettings,
  storedSettings,
} from '../../destinations/settings/stored-settings.js';
import { ungivenSecrets } from '../../destinations/settings/ungiven-secrets.js';
import { isJsonObject, type JsonObject } from '../../events/event.js';
import { SecretBox } from '../../secrets/secret-box.js';
import { invalidSettings, opening, secretsRequired, unknownType, withKey } from './settings-problems.js';

/** The columns of a destination that hold its settings. */
type Columns = Pick<Destination, 'settings' | 'secrets'>;

/** Judges the settings of destinations, makes them into columns, and shows them. */
@Injectable()
export class DestinationSettings {
  constructor(
    private readonly box: SecretBox,
    private readonly addresses: AddressCheck,
  ) {}

  /**
   * Refuses addresses that destinations may not call. To be asked before a change begins: a name server may take two seconds,
   * in which nobody else could change anything.
   */
  async refuseAddresses(type: string, given: JsonObject | undefined): Promise<void> {
    const handler = handlerOf(type);
    if (handler === undefined || given === undefined) return;
    const faults = await this.addresses.faultsOf(handler, given);
    if (faults.length > 0) throw invalidSettings(faults);
  }

  columns(type: string, id: string, given: JsonObject): Columns {
    const handler = knownHandler(type);
    const settings = checked(handler, given);
    return withKey(() => storedSettings(this.box, handler, id, settings));
  }

  /**
   * The columns after a change, and which secrets it changed. A setting that is given replaces the stored one as a whole, null
   * takes it away. Secrets that stay the same stay sealed as they are: sealing makes another text each time, which would look
   * like a change. Throws `secrets_required` when stored ones would go to another address.
   */
  changed(row: Destination, given: JsonObject): { columns: Columns; secretsChanged: readonly string[] } {
    const handler = knownHandler(row.type);
    const names = secretsOf(handler.settings);
    const isReplaced = names.length > 0 && names.every((name) => name in given);
    const before = isReplaced && !this.opens(row) ? undefined : opening(() => openSettings(this.box, row));
    const settings = checked(handler, { ...(before ?? row.settings), ...given });
    const ungiven = before === undefined ? [] : ungivenSecrets(handler, before, given);
    if (ungiven.length > 0) throw secretsRequired(ungiven);
    const secretsChanged = names.filter((name) => !isDeepStrictEqual(before?.[name], settings[name]));
    const { plain, secrets } = splitSettings(handler, settings);
    if (before !== undefined && secretsChanged.length === 0 && !hasClearSecrets(handler, row))
      return { columns: { settings: plain, secrets: row.secrets }, secretsChanged };
    const columns = withKey(() => storedSettings(this.box, handler, row.id, { ...plain, ...secrets }));
    return { columns, secretsChanged };
  }

  /** The secrets that `changed` would want to be given again; of settings that cannot be opened nobody knows. */
  ungiven(row: Destination, given: JsonObject): readonly string[] {
    const handler = handlerOf(row.type);
    if (handler === undefined || !this.opens(row)) return [];
    return ungivenSecrets(handler, openSettings(this.box, row), given);
  }

  /** Of a type that this build does not have, nothing is shown: nobody knows what of it is secret. */
  shown(row: Destination): ShownSettings {
    const handler = handlerOf(row.type);
    return handler === undefined ? { settings: {}, secretsSet: [] } : shownSettings(this.box, handler, row);
  }

  /** Handler and all settings, the secret ones too, for making an attempt. */
  opened(row: Destination): { handler: Handler; settings: JsonObject } {
    const handler = knownHandler(row.type);
    return {
      handler,
      settings: checked(
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

function checked(handler: Handler, given: object): JsonObject {
  const answer = checkSettings(handler, given);
  if ('faults' in answer) throw invalidSettings(answer.faults);
  return answer.settings;
}

/** Whether the row is from the time before secrets were sealed. */
function hasClearSecrets(handler: Handler, { settings }: Destination): boolean {
  const stored = isJsonObject(settings) ? settings : {};
  return Object.keys(splitSettings(handler, stored).secrets).length > 0;
}
