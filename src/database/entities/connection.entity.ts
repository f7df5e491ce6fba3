import { Column, Entity } from 'typeorm';
import { Resource } from './resource.js';

/** What a source sends goes to a destination. */
@Entity('connections')
export class Connection extends Resource {
  @Column({ name: 'source_id', type: 'text' })
  sourceId!: string;

  @Column({ name: 'destination_id', type: 'text' })
  destinationId!: string;

  /** Which events pass (`ConnectionFilter`); null for all. */
  @Column({ type: 'jsonb', nullable: true })
  filter!: object | null;
}
