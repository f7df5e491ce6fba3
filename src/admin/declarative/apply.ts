import { Injectable } from '@nestjs/common';
import { type Destination } from '../../database/entities/destination.entity.js';
import { handlerOf } from '../../destinations/settings/destination-types.js';
import { AddressCheck } from '../../destinations/outgoing/address-check.js';
import { type JsonObject } from '../../events/event.js';
import { type RequestContext } from '../access/request-context.js';
import { type Change } from '../changes/change.js';
import { Changes } from '../changes/changes.js';
import { DestinationSettings } from '../destinations/destination-settings.js';
import { type ProblemPart, Problem, type ProblemCode } from '../problems/problem.js';
import { Workspaces } from '../workspaces/workspaces.js';
import { type AppliedChangeDto, type AppliedDto } from './document/applied.dto.js';
import { appliedChanges } from './applied-changes.js';
import { conflictsOf } from './plan/conflicts.js';
import { destinationFaults, secretsNotGiven, unusedSecrets } from './plan/destination-faults.js';
import { documentFaults } from './plan/document-faults.js';
import { planOf } from './plan/plan.js';
import { storedWorkspace } from './plan/stored-workspace.js';
import { type ApplyDocumentDto } from './document/workspace-document.dto.js';
import { PlanWriter, type Target } from './plan-writer.js';

/** Makes a workspace equal to a document. */
@Injectable()
export class Apply {
  constructor(
    private readonly changes: Changes,
    private readonly workspaces: Workspaces,
    private readonly settings: DestinationSettings,
    private readonly addresses: AddressCheck,
    private readonly writer: PlanWriter,
  ) {}

  /** One change: all of it or, with any fault, nothing. A dry run does the same and takes it back. */
  async apply(
    context: RequestContext,
    workspaceId: string,
    document: ApplyDocumentDto,
    { dryRun, mayDiscard }: { readonly dryRun: boolean; readonly mayDiscard: boolean },
  ): Promise<AppliedDto> {
    const blocked = await this.blockedAddresses(document);
    const work = (change: Change) => this.makeEqual({ change, workspaceId, mayDiscard }, document, blocked);
    const whole = withoutCondition(context);
    const changes = dryRun ? this.changes.rehearse(whole, work) : this.changes.run(whole, work);
    return { dryRun, changes: await changes };
  }

  private async makeEqual(
    target: Target,
    document: ApplyDocumentDto,
    blocked: readonly ProblemPart[],
  ): Promise<AppliedChangeDto[]> {
    const { change, workspaceId } = target;
    const { workspace, secrets = {} } = document;
    const stored = await storedWorkspace(change.manager, workspaceId);
    const plan = planOf(document, stored);
    const secretsOf = (row: Destination) => this.settings.shown(row).secretsSet;
    refuse('invalid_request', [
      ...documentFaults(plan),
      ...destinationFaults(plan.destinations.pairs, secrets, secretsOf),
      ...unusedSecrets(plan.destinations.pairs, secrets),
      ...blocked,
    ]);
    const ungivenOf = (row: Destination, given: JsonObject) => this.settings.ungiven(row, given);
    refuse('secrets_required', secretsNotGiven(plan.destinations.pairs, secrets, ungivenOf));
    refuse('conflict', await conflictsOf(change.manager, plan));
    if (workspace !== undefined) await this.workspaces.update(change, workspaceId, workspace);
    await this.writer.apply(target, plan, secrets);
    return appliedChanges(change.audited, stored);
  }

  /** Asked before the change begins: a name server may take two seconds, in which nobody else could change anything. */
  private async blockedAddresses({ destinations = [] }: ApplyDocumentDto): Promise<ProblemPart[]> {
    const faults = await Promise.all(
      destinations.map(async ({ type, settings }, index): Promise<ProblemPart[]> => {
        const handler = handlerOf(type);
        const found = handler === undefined ? [] : await this.addresses.faultsOf(handler, settings);
        return found.map(({ pointer, detail }) => ({
          pointer: `/destinations/${index}/settings${pointer}`,
          detail,
        }));
      }),
    );
    return faults.flat();
  }
}

/** An entity tag belongs to one resource, and here are many. */
function withoutCondition({ actor, address, userAgent }: RequestContext): RequestContext {
  return { actor, address, userAgent };
}

function refuse(code: ProblemCode, faults: readonly ProblemPart[]): void {
  if (faults.length > 0) throw new Problem(code, faults.map(({ detail }) => detail).join('; '), { faults });
}
