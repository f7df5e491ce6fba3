import { applyDecorators, HttpCode, Post } from '@nestjs/common';
import { Conditional, Repeatable } from './conditions.js';
import { Needs } from './needs.js';

/** A POST that moves a resource into another state, such as `pause`. It answers 200 also when nothing has changed. */
export function StateChange(path: string): MethodDecorator {
  return applyDecorators(Post(path), HttpCode(200), Needs('workspace-admin'), Conditional(), Repeatable());
}
