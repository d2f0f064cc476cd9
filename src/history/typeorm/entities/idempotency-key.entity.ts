import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { MessageEntity } from './message.entity.js';
import { unixMilliseconds } from './unix-milliseconds.js';

/** Which answer a request with an `Idempotency-Key` began. */
@Entity('idempotency_keys')
export class IdempotencyKeyEntity {
  @PrimaryColumn({ name: 'user_id', type: 'text' })
  userId!: string;

  @PrimaryColumn({ type: 'text' })
  key!: string;

  @Column({ type: 'text' })
  fingerprint!: string;

  @Column({ name: 'message_id', type: 'text' })
  @ForeignKey(() => MessageEntity, 'id', { onDelete: 'CASCADE' })
  @Index('idempotency_keys_of_message')
  messageId!: string;

  @Column({ name: 'created_at', ...unixMilliseconds })
  @Index('idempotency_keys_by_age')
  createdAt!: number;
}
