import { Body, Get, Header, Param, Put, Query } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiOkResponse } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { ConnectionFilter } from '../../destinations/filter/connection-filter.dto.js';
import { type JsonObject } from '../../events/event.js';
import { type RequestContext, Context } from '../access/request-context.js';
import { Needs } from '../access/needs.js';
import { AdminController } from '../admin-controller.js';
import { Fails } from '../problems/problem-docs.js';
import { AppliedDto } from './document/applied.dto.js';
import { Apply } from './apply.js';
import { SecretReferenceDto } from './document/destination-entry.dto.js';
import { DOCUMENT_EXAMPLE } from './document/document-example.js';
import { Export } from './export.js';
import { ApplyDocumentDto, ApplyQuery, WorkspaceDocumentDto } from './document/workspace-document.dto.js';

/** A workspace as a document to keep in git. */
@AdminController('workspaces/:workspaceId', 'Declarative')
@ApiExtraModels(ConnectionFilter, SecretReferenceDto)
export class DeclarativeController {
  constructor(
    private readonly exporter: Export,
    private readonly applier: Apply,
    private readonly database: DataSource,
  ) {}

  /**
   * Export a workspace
   * @remarks Returns the whole configuration as one document to keep in git. It is sorted by name and has no times or versions,
   * so two exports of the same workspace are equal byte for byte. Write keys are exported as hashes, which restore them without
   * revealing them. Secret settings are exported as references. Revoked keys, tokens and pauses are not exported.
   */
  @Get('export')
  @Needs('workspace-viewer')
  @Header('Content-Type', 'application/json; charset=utf-8')
  @ApiOkResponse({ type: WorkspaceDocumentDto })
  @Fails('not_found', 'conflict')
  async export(@Param('workspaceId') workspaceId: string): Promise<string> {
    const document = await this.exporter.documentOf(this.database.manager, workspaceId);
    return `${JSON.stringify(document, null, 2)}\n`;
  }

  /**
   * Apply a document
   * @remarks Makes the workspace equal to the document in one transaction: missing entries are created, different ones are
   * changed, and **what the document lacks is deleted**. A list that is left out altogether is not touched. With `dryRun=true`
   * nothing is changed and the answer lists the changes; ids and times of new resources are then examples.
   *
   * An entry is matched by its id, otherwise by its name. With ids, two entries may swap their names. New entries get the id
   * given in the document, so what a workspace has deleted can be restored unchanged. A referenced secret keeps its stored value, or gets
   * the value in `secrets`. If a destination would call another address (host, port or scheme), `secrets` must have the values of
   * all its stored secrets (`secrets_required`): otherwise a caller could send them to an address of its own. A new write key
   * needs a hash or a value, because a random one would never be shown.
   *
   * Applying the same document again changes nothing and leaves no audit entry. A document may have as many entries as the
   * operator allows (`APPLY_MAX_ENTRIES`), or the workspace's quota `applyEntries`, and may delete as many. Other quotas are judged
   * by the result, so what a document deletes makes room for what it adds (`quota_exceeded`). At most two documents are applied at a time per workspace.
   * Ids and write keys of what another workspace has deleted are refused (`conflict`).
   */
  @Put('apply')
  @Needs('workspace-admin')
  @ApiBody({ type: ApplyDocumentDto, examples: { workspace: { value: DOCUMENT_EXAMPLE } } })
  @Fails(
    'not_found',
    'duplicate',
    'conflict',
    'in_use',
    'quota_exceeded',
    'secrets_required',
    'type_not_allowed',
    'too_many_requests',
  )
  apply(
    @Context() context: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Query() { dryRun, discard }: ApplyQuery,
    @Body() body: JsonObject,
  ): Promise<AppliedDto> {
    const options = { dryRun: dryRun === 'true', mayDiscard: discard === 'true' };
    return this.applier.apply(context, workspaceId, body, options);
  }
}
