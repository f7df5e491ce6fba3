import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How often a write key met one outcome on one day (UTC). */
@Entity('write_key_usage')
export class WriteKeyUsage {
  @PrimaryColumn({ name: 'write_key_id', type: 'text', collation: 'C' })
  writeKeyId!: string;

  @PrimaryColumn({ type: 'date' })
  day!: string;

  /** `accepted`, `duplicate`, or the code of a rejection or refusal. */
  @PrimaryColumn({ type: 'text' })
  outcome!: string;

  /** A bigint, which the driver gives as text. */
  @Column({ type: 'bigint' })
  count!: string;

  @Column({ name: 'last_at', type: 'timestamptz' })
  lastAt!: Date;
}
