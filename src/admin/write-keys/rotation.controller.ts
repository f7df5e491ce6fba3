import { Body, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { Context, type RequestContext } from '../access/request-context.js';
import { Conditional, Repeatable } from '../access/conditions.js';
import { Needs } from '../access/needs.js';
import { AdminController } from '../admin-controller.js';
import { Changes } from '../changes/changes.js';
import { Fails } from '../problems/problem-docs.js';
import { withLastUse } from './last-use.js';
import { Rotation } from './rotation.js';
import { RotatedWriteKeyDto, WriteKeyDto } from '../credentials/write-key-answer.dto.js';
import { ROTATE_EXAMPLES } from './write-key-examples.js';
import { RotateWriteKeyDto } from './write-key.dto.js';
import { WriteKeys } from './write-keys.js';

/** Rotation and revocation of write keys. */
@AdminController('workspaces/:workspaceId/sources/:sourceId/write-keys/:writeKeyId', 'Write keys')
export class WriteKeyRotationController {
  constructor(
    private readonly changes: Changes,
    private readonly keys: WriteKeys,
    private readonly rotation: Rotation,
  ) {}

  /**
   * Rotate a write key
   * @remarks Creates a new key with the name, restrictions, limits and expiry of the old one. Only this answer shows it, in
   * `value`. The old key is renamed and works until the overlap ends: change your apps to the new key meanwhile, and see in the
   * usage of the old key when they no longer use it. Both count towards the quota `writeKeys`.
   */
  @Post('rotate')
  @HttpCode(200)
  @Needs('workspace-admin')
  @Repeatable()
  @Conditional()
  @ApiBody({ type: RotateWriteKeyDto, examples: ROTATE_EXAMPLES })
  @Fails('not_found', 'duplicate', 'conflict', 'quota_exceeded')
  rotate(
    @Context() context: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Param('sourceId') sourceId: string,
    @Param('writeKeyId') id: string,
    @Body() body: RotateWriteKeyDto,
  ): Promise<RotatedWriteKeyDto> {
    const place = { workspaceId, sourceId };
    return this.changes.run(context, (change) => this.rotation.rotate(change, place, id, body));
  }

  /**
   * Revoke a write key
   * @remarks Ends the key for good: within two seconds no instance accepts it. Further calls with it are refused and counted as its
   * usage. Revoking it again changes nothing.
   */
  @Post('revoke')
  @HttpCode(200)
  @Needs('workspace-admin')
  @Repeatable()
  @Fails('not_found')
  revoke(
    @Context() context: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Param('sourceId') sourceId: string,
    @Param('writeKeyId') id: string,
  ): Promise<WriteKeyDto> {
    return this.changes.run(context, async (change) => {
      const key = await this.keys.revoke(change, { workspaceId, sourceId }, id);
      return withLastUse(change.manager, key);
    });
  }
}
