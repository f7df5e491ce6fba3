import { Body, Get, Header, Param, Put, Query } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiOkResponse } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { ConnectionFilter } from '../../destinations/filter/connection-filter.dto.js';
import { type RequestContext, Context } from '../access/request-context.js';
import { Needs } from '../access/needs.js';
import { AdminController } from '../admin-controller.js';
import { Fails } from '../problems/problem-docs.js';
import { AppliedDto } from './document/applied.dto.js';
import { Apply } from './apply.js';
import { SecretReferenceDto } from './document/destination-entry.dto.js';
import { EXAMPLE } from './document/document-example.js';
import { Export } from './export.js';
import { ApplyDocumentDto, ApplyQuery, WorkspaceDocumentDto } from './document/workspace-document.dto.js';

/** A workspace as a document that lives in git. */
@AdminController('workspaces/:workspaceId', 'Declarative')
@ApiExtraModels(ConnectionFilter, SecretReferenceDto)
export class DeclarativeController {
  constructor(
    private readonly exporting: Export,
    private readonly applying: Apply,
    private readonly database: DataSource,
  ) {}

  /**
   * Export a workspace
   * @remarks The whole configuration as one document to keep in git: sorted by name, without times and versions, so that two
   * exports of the same workspace are equal byte for byte. Write keys are there by their hash, which restores them without
   * showing them; secret settings are there as references. Revoked keys, tokens and pauses are no part of it.
   */
  @Get('export')
  @Needs('workspace-viewer')
  @Header('Content-Type', 'application/json; charset=utf-8')
  @ApiOkResponse({ type: WorkspaceDocumentDto })
  @Fails('not_found', 'conflict')
  async export(@Param('workspaceId') workspaceId: string): Promise<string> {
    const document = await this.exporting.documentOf(this.database.manager, workspaceId);
    return `${JSON.stringify(document, null, 2)}\n`;
  }

  /**
   * Apply a document
   * @remarks Makes the workspace equal to the document in one transaction: what is missing is made, what differs is changed,
   * and **what the document lacks is deleted**; a list that is left out altogether stays as it is. With `dryRun=true` nothing
   * is kept and the answer is the difference; ids and times of what would be made are then examples.
   *
   * An entry stands for what has its id, else for what has its name; with ids, two may swap their names. What is made anew gets the id that the document gives,
   * so that a deleted workspace comes back as it was. A secret that is referred to stays as it is stored, or gets its value
   * from `secrets`; a destination that comes to call another address (host, port or scheme) needs all of its values there
   * (`secrets_required`), so that nobody has stored ones sent to an address of his own. A new write key needs a hash or a value,
   * because a random one could be shown to nobody.
   *
   * Applying the same document again changes nothing and leaves no audit entry.
   */
  @Put('apply')
  @Needs('workspace-admin')
  @ApiBody({ type: ApplyDocumentDto, examples: { workspace: { value: EXAMPLE } } })
  @Fails('not_found', 'duplicate', 'conflict', 'in_use', 'secrets_required')
  apply(
    @Context() context: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Query() { dryRun, discard }: ApplyQuery,
    @Body() body: ApplyDocumentDto,
  ): Promise<AppliedDto> {
    const how = { dryRun: dryRun === 'true', mayDiscard: discard === 'true' };
    return this.applying.apply(context, workspaceId, body, how);
  }
}
