import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn, VersionColumn } from 'typeorm';

/** What a source sends goes to a destination. */
@Entity('connections')
export class Connection {
  @PrimaryColumn({ type: 'text', collation: 'C' })
  id!: string;

  @Column({ name: 'source_id', type: 'text' })
  sourceId!: string;

  @Column({ name: 'destination_id', type: 'text' })
  destinationId!: string;

  /** Which events pass (`ConnectionFilter`); null for all. */
  @Column({ type: 'jsonb', nullable: true })
  filter!: object | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;

  /** Entity tag: grows with each change. */
  @VersionColumn({ type: 'int', default: 1 })
  version!: number;
}
