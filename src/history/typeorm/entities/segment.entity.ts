import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { MessageEntity } from './message.entity.js';
import { unixMilliseconds } from './unix-milliseconds.js';

/** A piece of a running answer. Its place in the answer is its key, so writing it twice changes nothing. */
@Entity('segments')
export class SegmentEntity {
  @PrimaryColumn({ name: 'message_id', type: 'text' })
  @ForeignKey(() => MessageEntity, 'id', { onDelete: 'CASCADE' })
  messageId!: string;

  @PrimaryColumn({ type: 'text' })
  kind!: 'text' | 'reasoning';

  /** Where it begins, in UTF-16 units of its kind. */
  @PrimaryColumn({ type: 'integer' })
  at!: number;

  @Column({ type: 'text' })
  text!: string;

  /** Tells how long an answer ran whose process died. */
  @Column({ name: 'stored_at', ...unixMilliseconds })
  storedAt!: number;
}
