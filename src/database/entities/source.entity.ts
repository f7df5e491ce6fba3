import { Column, Entity } from 'typeorm';
import { Resource } from './resource.js';

/** A sender of events, such as a website or an app. Owns write keys. */
@Entity('sources')
export class SourceRow extends Resource {
  @Column({ name: 'workspace_id', type: 'text' })
  workspaceId!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'boolean', default: true })
  enabled!: boolean;
}
