import {
  applyDecorators,
  Controller,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AdminGuard } from './access/admin.guard.js';
import { AdminPipe } from './problems/admin.pipe.js';
import { DocumentsFailures } from './problems/problem-docs.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { ResourceHeaders } from './resource-headers.js';

/** A controller under `/admin/v1`: guarded, with strict bodies, errors as problems, entity tags and locations. */
export function AdminController(path: string, tag: string): ClassDecorator {
  return applyDecorators(
    Controller(`admin/v1/${path}`),
    ApiTags(tag),
    UseGuards(AdminGuard),
    UseFilters(ProblemFilter),
    UsePipes(AdminPipe),
    UseInterceptors(ResourceHeaders),
    DocumentsFailures(),
  );
}
