import { All } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Needs } from './access/needs.js';
import { AdminController } from './admin-controller.js';
import { Problem } from './problems/problem.js';

/** Whatever else lies under `/admin`: only those with a token learn that there is nothing. It must be the last controller. */
@ApiExcludeController()
@AdminController('*path', 'Unknown')
export class UnknownPathController {
  @All()
  @Needs('workspace-viewer')
  refuse(): never {
    throw new Problem('not_found', 'There is nothing at this path, or not with this method');
  }
}
