import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../../config/config.js';
import { type Destination } from '../../database/entities/destination.entity.js';
import { type JsonObject } from '../../events/event.js';
import { mapInTurns } from '../../resilience/map-in-turns.js';
import { type RequestContext } from '../access/request-context.js';
import { type Change } from '../changes/change.js';
import { Changes } from '../changes/changes.js';
import { WorkspaceSlots } from '../changes/workspace-slots.js';
import { type VettedSettings, DestinationSettings } from '../destinations/destination-settings.js';
import { type ProblemPart, refuseFaults } from '../problems/problem.js';
import { refusePlannedGrowth } from '../quota-rules/quota-check.js';
import { limitsOf, storedQuotas } from '../quota-rules/quota-limits.js';
import { Workspaces } from '../workspaces/workspaces.js';
import { type AppliedChangeDto, type AppliedDto } from './document/applied.dto.js';
import { appliedChanges } from './applied-changes.js';
import { conflictsOf } from './plan/conflicts.js';
import {
  destinationFaults,
  forbiddenTypes,
  secretsNotGiven,
  unusedSecrets,
} from './plan/destination-faults.js';
import { documentFaults } from './plan/document-faults.js';
import { type EntryLimit, tooManyDeletions, tooManyEntries } from './plan/entry-limit.js';
import { type DestinationEntryDto } from './document/destination-entry.dto.js';
import { planOf } from './plan/plan.js';
import { plannedGrowth } from './plan/planned-growth.js';
import { settingsPatch } from './plan/secret-values.js';
import { storedWorkspace } from './plan/stored-workspace.js';
import { readDocument } from './document/read-document.js';
import { type ApplyDocumentDto } from './document/workspace-document.dto.js';
import { PlanWriter, type SettingsByEntry, type Target } from './plan-writer.js';

/** The settings of a document's destinations, and the addresses among them that destinations may not call. */
interface JudgedSettings {
  readonly checked: SettingsByEntry;
  readonly blocked: readonly ProblemPart[];
}

/** Each apply holds a connection of the pool, of which other requests need some. */
const SLOTS = { what: 'documents of this workspace', perWorkspace: 2, inAll: 4, retryAfterSeconds: 5 };

/** Makes a workspace equal to a document. */
@Injectable()
export class Apply {
  private readonly slots = new WorkspaceSlots(SLOTS);

  constructor(
    private readonly changes: Changes,
    private readonly workspaces: Workspaces,
    private readonly settings: DestinationSettings,
    private readonly writer: PlanWriter,
    private readonly database: DataSource,
    private readonly config: Config,
  ) {}

  /** Applies the whole document in one change, or nothing when it has a fault. A dry run does the same and rolls back. */
  async apply(
    context: RequestContext,
    workspaceId: string,
    body: JsonObject,
    { dryRun, mayDiscard }: { readonly dryRun: boolean; readonly mayDiscard: boolean },
  ): Promise<AppliedDto> {
    const limit = await this.entryLimit(workspaceId);
    refuseFaults('invalid_request', tooManyEntries(body, limit));
    return this.slots.run(workspaceId, async () => {
      const document = await readDocument(body);
      const judged = { ...(await this.judgeSettings(document)), limit };
      const work = (change: Change) => this.makeEqual({ change, workspaceId, mayDiscard }, document, judged);
      const changes = dryRun ? this.changes.rehearse(context, work) : this.changes.run(context, work);
      return { dryRun, changes: await changes };
    });
  }

  private async makeEqual(
    target: Target,
    document: ApplyDocumentDto,
    { checked, blocked, limit }: JudgedSettings & { readonly limit: EntryLimit },
  ): Promise<AppliedChangeDto[]> {
    const { change, workspaceId } = target;
    const { workspace, secrets = {} } = document;
    const stored = await storedWorkspace(change.manager, workspaceId);
    const plan = planOf(document, stored);
    const secretsOf = (row: Destination) => this.settings.shown(row).secretsSet;
    const forbidden = forbiddenTypes(plan.destinations.pairs, (type) => this.settings.isForbidden(type));
    refuseFaults('type_not_allowed', forbidden);
    refuseFaults('invalid_request', [
      ...tooManyDeletions(plan, limit),
      ...documentFaults(plan),
      ...(await destinationFaults(plan.destinations.pairs, secrets, secretsOf)),
      ...unusedSecrets(plan.destinations.pairs, secrets),
      ...blocked,
    ]);
    const ungivenOf = (row: Destination, given: JsonObject) => this.settings.ungiven(row, given);
    const notGiven = await secretsNotGiven(plan.destinations.pairs, secrets, ungivenOf);
    refuseFaults('secrets_required', notGiven);
    refuseFaults('conflict', await conflictsOf(change.manager, workspaceId, plan));
    await refusePlannedGrowth(
      { manager: change.manager, config: this.config, workspaceId },
      plannedGrowth(plan),
    );
    if (workspace !== undefined) await this.workspaces.update(change, workspaceId, workspace);
    await this.writer.apply(target, plan, checked);
    return appliedChanges(change.audited, stored);
  }

  private async entryLimit(workspaceId: string): Promise<EntryLimit> {
    const { applyEntries: max } = limitsOf(
      this.config,
      await storedQuotas(this.database.manager, workspaceId),
    );
    const isQuota = max < this.config.APPLY_MAX_ENTRIES;
    return { max, name: isQuota ? 'the quota applyEntries of the workspace' : 'APPLY_MAX_ENTRIES' };
  }

  /** Collects faults instead of throwing, so that one answer lists them beside the other faults of the document. */
  private async judgeSettings({
    destinations = [],
    secrets = {},
  }: ApplyDocumentDto): Promise<JudgedSettings> {
    const checked = new Map<DestinationEntryDto, VettedSettings>();
    const judge = async (entry: DestinationEntryDto, index: number): Promise<ProblemPart[]> => {
      const judged = await this.settings.judge(entry.type, settingsPatch(entry, secrets));
      if (!('faults' in judged)) {
        checked.set(entry, judged);
        return [];
      }
      const place = `/destinations/${index}/settings`;
      return judged.faults.map(({ pointer, detail }) => ({ pointer: `${place}${pointer}`, detail }));
    };
    // All names are resolved at the same time. `allSettled` takes a rejection at once, before the last one has begun.
    const judging = await mapInTurns(destinations, (entry, index) =>
      Promise.allSettled([judge(entry, index)]),
    );
    const blocked = (await Promise.all(judging)).flatMap(([judged]) => {
      if (judged.status === 'rejected') throw judged.reason;
      return judged.value;
    });
    return { checked, blocked };
  }
}
