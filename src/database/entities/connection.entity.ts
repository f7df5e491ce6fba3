import { Column, Entity } from 'typeorm';
import { Resource } from './resource.js';

/** Routes the events of a source to a destination. */
@Entity('connections')
export class Connection extends Resource {
  @Column({ name: 'source_id', type: 'text' })
  sourceId!: string;

  @Column({ name: 'destination_id', type: 'text' })
  destinationId!: string;

  /** Which events pass, as `ConnectionFilter` describes it; null for all. */
  @Column({ type: 'jsonb', nullable: true })
  filter!: object | null;
}
