import { Column, Entity } from 'typeorm';
import { Resource } from './resource.js';

/** A tenant: owns sources and destinations. */
@Entity('workspaces')
export class Workspace extends Resource {
  @Column({ type: 'text' })
  name!: string;

  /** Most calls per second of all its write keys together; null for no limit. */
  @Column({ name: 'rate_limit', type: 'int', nullable: true })
  rateLimit!: number | null;
}
