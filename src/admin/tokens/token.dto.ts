import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length } from 'class-validator';
import { type AdminRole } from '../../database/entities/admin-token.entity.js';
import { IsFutureTime, MayBeLeftOut, NoBlankEnds } from '../body-rules.js';
import { type CredentialStatus } from '../credentials/write-key-answer.dto.js';

export const WORKSPACE_ROLES = ['workspace-admin', 'workspace-viewer'] as const;

class NewTokenDto {
  /**
   * Name for people and for the audit log. Name the holder.
   * @example 'Deployment pipeline'
   */
  @ApiProperty()
  @IsString()
  @Length(1, 100)
  @NoBlankEnds()
  name!: string;

  /** When the token expires, with time and zone. Null or left out: never. */
  @ApiProperty({
    required: false,
    type: String,
    nullable: true,
    format: 'date-time',
    example: '2031-01-01T00:00:00Z',
  })
  @IsOptional()
  @IsFutureTime()
  expiresAt?: string | null;
}

export class CreateWorkspaceTokenDto extends NewTokenDto {
  /**
   * Role in the workspace: `workspace-admin` reads and changes, `workspace-viewer` only reads.
   * @example workspace-viewer
   */
  @IsIn(WORKSPACE_ROLES)
  role!: (typeof WORKSPACE_ROLES)[number];
}

export class CreateInstanceTokenDto extends NewTokenDto {
  /**
   * Role of the token, which has all permissions. It is the only role here, so it can be left out.
   * @example instance-admin
   */
  @MayBeLeftOut()
  @IsIn(['instance-admin'])
  role?: 'instance-admin';
}

export class TokenDto {
  /** @example tok_0Uq3b2VtZ8kQ1x7mYd4HpR */
  id!: string;

  /** @example 'Deployment pipeline' */
  name!: string;

  /**
   * Role of the token.
   * @example workspace-viewer
   */
  role!: AdminRole;

  /**
   * The only workspace that the token can access; null for an instance admin, who can access all.
   * @example wsp_0Uq3b2VtZ8kQ1x7mYd4HpR
   */
  workspaceId!: string | null;

  /**
   * First characters of the token, by which people recognise it.
   * @example trb_8kQ1
   */
  prefix!: string;

  /**
   * Whether the token works now.
   * @example live
   */
  status!: CredentialStatus;

  /**
   * When the token expires; null for never.
   * @example 2031-01-01T00:00:00.000Z
   */
  expiresAt!: Date | null;

  /**
   * When the token was last used, to the minute; null when it was never used.
   * @example 2026-11-21T15:04:05.000Z
   */
  lastUsedAt!: Date | null;

  /**
   * When the token was created.
   * @example 2026-11-21T15:04:05.000Z
   */
  createdAt!: Date;
}

export class CreatedTokenDto extends TokenDto {
  /**
   * The token itself. It is shown only in this answer and not stored, so keep it.
   * @example trb_8kQ1x7mYd4HpR0Uq3b2VtZ8kQ1x7mYd4HpR0Uq3b2
   */
  value!: string;
}
