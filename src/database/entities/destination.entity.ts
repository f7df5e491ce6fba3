import { Column, Entity } from 'typeorm';
import { Resource } from './resource.js';

/** A configured destination of a workspace. */
@Entity('destinations')
export class Destination extends Resource {
  @Column({ name: 'workspace_id', type: 'text' })
  workspaceId!: string;

  /** Type of its handler, such as `webhook`; never changes. */
  @Column({ type: 'text' })
  type!: string;

  @Column({ type: 'text' })
  name!: string;

  /** The settings that the settings class of the type does not mark as secret. */
  @Column({ type: 'jsonb' })
  settings!: object;

  /** The secret settings, encrypted by `SecretBox`; null when there are none. */
  @Column({ type: 'text', nullable: true })
  secrets!: string | null;

  @Column({ type: 'boolean', default: true })
  enabled!: boolean;

  /** Waits in seconds before the second, third, … attempt of an event; null for the schedule of the instance. */
  @Column({ name: 'retry_delays_seconds', type: 'int', array: true, nullable: true })
  retryDelaysSeconds!: number[] | null;

  /** Set while deliveries wait, for example because the destination refused its credentials. */
  @Column({ name: 'paused_at', type: 'timestamptz', nullable: true })
  pausedAt!: Date | null;

  @Column({ name: 'pause_reason', type: 'text', nullable: true })
  pauseReason!: string | null;
}
