import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** What a source sends goes to a destination. */
@Entity('connections')
export class Connection {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ name: 'source_id', type: 'text' })
  sourceId!: string;

  @Column({ name: 'destination_id', type: 'text' })
  destinationId!: string;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
