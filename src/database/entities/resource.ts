import { CreateDateColumn, PrimaryColumn, UpdateDateColumn, VersionColumn } from 'typeorm';

/** Columns of every resource that administrators create and change. */
export abstract class Resource {
  @PrimaryColumn({ type: 'text', collation: 'C' })
  id!: string;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;

  /** Entity tag: increases with each change. */
  @VersionColumn({ type: 'int', default: 1 })
  version!: number;
}
