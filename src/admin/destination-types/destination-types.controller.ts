import { Get, Param } from '@nestjs/common';
import { destinationTypes } from '../../destinations/settings/destination-types.js';
import { Needs } from '../access/needs.js';
import { AdminController } from '../admin-controller.js';
import { ApiPage, type Page } from '../paging/page.js';
import { Fails } from '../problems/problem-docs.js';
import { notFound } from '../problems/problem.js';
import { destinationTypeView } from './destination-type-view.js';
import { DestinationTypeDto } from './destination-type.dto.js';

/** The destination types of this build. */
@AdminController('destination-types', 'Destination types')
export class DestinationTypesController {
  /**
   * List destination types
   * @remarks Every type that this build has, with the JSON Schema of its settings. All are on one page.
   */
  @Get()
  @Needs('workspace-viewer')
  @ApiPage(DestinationTypeDto)
  list(): Page<DestinationTypeDto> {
    return { data: destinationTypes.map(destinationTypeView), pagination: { next: null } };
  }

  /** Read a destination type */
  @Get(':type')
  @Needs('workspace-viewer')
  @Fails('not_found')
  read(@Param('type') type: string): DestinationTypeDto {
    const facts = destinationTypes.find((one) => one.type === type);
    if (facts === undefined) throw notFound('destination type', type);
    return destinationTypeView(facts);
  }
}
