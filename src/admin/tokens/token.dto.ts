import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length } from 'class-validator';
import { type AdminRole } from '../../database/entities/admin-token.entity.js';
import { IsFutureTime, MayBeLeftOut, NoBlankEnds } from '../body-rules.js';
import { type CredentialStatus } from '../credentials/write-key-answer.dto.js';

export const WORKSPACE_ROLES = ['workspace-admin', 'workspace-viewer'] as const;

class NewTokenDto {
  /**
   * For people, and in the audit log: say whose it is.
   * @example 'Deployment pipeline'
   */
  @ApiProperty()
  @IsString()
  @Length(1, 100)
  @NoBlankEnds()
  name!: string;

  /** When it stops working, with time and zone; null or left out: never. */
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
   * What it may do in the workspace: `workspace-admin` changes, `workspace-viewer` only reads.
   * @example workspace-viewer
   */
  @IsIn(WORKSPACE_ROLES)
  role!: (typeof WORKSPACE_ROLES)[number];
}

export class CreateInstanceTokenDto extends NewTokenDto {
  /**
   * Such a token may do everything; there is no other role here, so that it can be left out.
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
   * What it may do.
   * @example workspace-viewer
   */
  role!: AdminRole;

  /**
   * The only workspace it reaches; null for an instance admin, who reaches all.
   * @example wsp_0Uq3b2VtZ8kQ1x7mYd4HpR
   */
  workspaceId!: string | null;

  /**
   * What the token begins with, by which people tell tokens apart.
   * @example trb_8kQ1
   */
  prefix!: string;

  /**
   * Whether it works as of now.
   * @example live
   */
  status!: CredentialStatus;

  /**
   * When it stops working; null for never.
   * @example 2031-01-01T00:00:00.000Z
   */
  expiresAt!: Date | null;

  /**
   * When it was used last, to the minute; null when it never was.
   * @example 2026-11-21T15:04:05.000Z
   */
  lastUsedAt!: Date | null;

  /**
   * When it was made.
   * @example 2026-11-21T15:04:05.000Z
   */
  createdAt!: Date;
}

export class CreatedTokenDto extends TokenDto {
  /**
   * The token itself. It is not stored and shown this once: keep it.
   * @example trb_8kQ1x7mYd4HpR0Uq3b2VtZ8kQ1x7mYd4HpR0Uq3b2
   */
  value!: string;
}
