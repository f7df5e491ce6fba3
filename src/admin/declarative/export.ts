import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type Destination } from '../../database/entities/destination.entity.js';
import { type WriteKey } from '../../database/entities/write-key.entity.js';
import { DestinationSettings } from '../destinations/destination-settings.js';
import { hashText } from '../changes/retired-identifiers.js';
import { Problem } from '../problems/problem.js';
import { type ConnectionEntryDto, type DestinationEntryDto } from './document/destination-entry.dto.js';
import { keyFields } from './plan/key-values.js';
import { type SourceEntryDto, type WriteKeyEntryDto } from './document/source-entry.dto.js';
import { grouped } from '../changes/grouped.js';
import { sorted, type StoredWorkspace, storedWorkspace } from './plan/stored-workspace.js';
import { type WorkspaceDocumentDto } from './document/workspace-document.dto.js';

/** Exports a workspace as a document. The same rows give the same text, byte for byte. */
@Injectable()
export class Export {
  constructor(private readonly settings: DestinationSettings) {}

  async documentOf(manager: EntityManager, workspaceId: string): Promise<WorkspaceDocumentDto> {
    const stored = await storedWorkspace(manager, workspaceId);
    const { name, rateLimit } = stored.workspace;
    return {
      version: 1,
      workspace: { name, rateLimit },
      sources: sourcesIn(stored),
      destinations: stored.destinations.map((row) => this.destinationEntry(row)),
      connections: connectionsIn(stored),
    };
  }

  /** Throws `conflict` when secrets cannot be decrypted: applying a document without their references would remove them. */
  private destinationEntry(row: Destination): DestinationEntryDto {
    const { id, name, type, enabled, retryDelaysSeconds } = row;
    const { settings, secretsSet, secretsProblem } = this.settings.shown(row);
    if (secretsProblem !== undefined)
      throw new Problem(
        'conflict',
        `The secrets of the destination ${name} cannot be decrypted: ${secretsProblem}`,
      );
    const references = secretsSet.map((secret) => [secret, { $secret: `${name}/${secret}` }] as const);
    const retries = retryDelaysSeconds === null ? {} : { retryDelaysSeconds };
    return { id, name, type, enabled, ...retries, settings, secrets: Object.fromEntries(references) };
  }
}

function sourcesIn({ sources, keys }: StoredWorkspace): SourceEntryDto[] {
  const bySource = grouped(keys, ({ sourceId }) => sourceId);
  return sources.map(({ id, name, enabled }) => ({
    id,
    name,
    enabled,
    writeKeys: (bySource.get(id) ?? []).map(keyEntry),
  }));
}

function keyEntry(key: WriteKey): WriteKeyEntryDto {
  const { id, name, prefix } = key;
  return { id, name, hash: hashText(key.hash), prefix, ...keyFields(key) };
}

function connectionsIn({ sources, destinations, connections }: StoredWorkspace): ConnectionEntryDto[] {
  const names = new Map([...sources, ...destinations].map(({ id, name }) => [id, name]));
  const nameOf = (id: string): string => names.get(id) ?? '';
  const entries = connections.map(({ id, sourceId, destinationId, filter }) => ({
    id,
    source: nameOf(sourceId),
    destination: nameOf(destinationId),
    filter,
  }));
  return sorted(entries, ({ source, destination }) => `${source}\0${destination}`);
}
