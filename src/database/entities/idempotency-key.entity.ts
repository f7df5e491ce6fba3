import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** Answer to a POST with an `Idempotency-Key`: a repeated request gets the same answer and changes nothing. */
@Entity('idempotency_keys')
export class IdempotencyKey {
  @PrimaryColumn({ name: 'token_id', type: 'text' })
  tokenId!: string;

  @PrimaryColumn({ type: 'text' })
  key!: string;

  /** SHA-256 of method, path and body. */
  @Column({ name: 'request_hash', type: 'bytea' })
  requestHash!: Buffer;

  /** The answer's body, encrypted under the caller's token, because it may contain a new key or token. */
  @Column({ type: 'text' })
  answer!: string;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
