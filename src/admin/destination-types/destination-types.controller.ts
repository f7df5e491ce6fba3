import { Get, Param } from '@nestjs/common';
import { AllowedTypes } from '../../destinations/settings/allowed-types.js';
import { Needs } from '../access/needs.js';
import { AdminController } from '../admin-controller.js';
import { ApiPage, type Page } from '../paging/page.js';
import { Fails } from '../problems/problem-docs.js';
import { notFound } from '../problems/problem.js';
import { destinationTypeView } from './destination-type-view.js';
import { DestinationTypeDto } from './destination-type.dto.js';

/** The destination types of this build that the operator allows. */
@AdminController('destination-types', 'Destination types')
export class DestinationTypesController {
  constructor(private readonly types: AllowedTypes) {}

  /**
   * List destination types
   * @remarks Every type that this build has and the operator allows, with the JSON Schema of its settings. All are on one page.
   */
  @Get()
  @Needs('workspace-viewer')
  @ApiPage(DestinationTypeDto)
  list(): Page<DestinationTypeDto> {
    return { data: this.types.facts.map(destinationTypeView), pagination: { next: null } };
  }

  /** Read a destination type */
  @Get(':type')
  @Needs('workspace-viewer')
  @Fails('not_found')
  read(@Param('type') type: string): DestinationTypeDto {
    const facts = this.types.facts.find((one) => one.type === type);
    if (facts === undefined) throw notFound('destination type', type);
    return destinationTypeView(facts);
  }
}
