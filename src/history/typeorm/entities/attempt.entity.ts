import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import type { AttemptReason, ErrorCode } from '../../../wire/answer-event.js';
import type { AttemptRecord } from '../../../wire/attempt.js';
import { MessageEntity } from './message.entity.js';
import { unixMilliseconds } from './unix-milliseconds.js';

@Entity('attempts')
export class AttemptEntity {
  @PrimaryColumn({ name: 'message_id', type: 'text' })
  @ForeignKey(() => MessageEntity, 'id', { onDelete: 'CASCADE' })
  messageId!: string;

  @PrimaryColumn({ type: 'integer' })
  n!: number;

  @Column({ type: 'text' })
  provider!: string;

  @Column({ type: 'text' })
  model!: string;

  @Column({ type: 'text' })
  reason!: AttemptReason;

  @Column({ name: 'from_provider', type: 'text', nullable: true })
  fromProvider!: string | null;

  @Column({ name: 'from_code', type: 'text', nullable: true })
  fromCode!: ErrorCode | null;

  @Column({ name: 'text_from', type: 'integer' })
  textFrom!: number;

  @Column({ name: 'reasoning_from', type: 'integer' })
  reasoningFrom!: number;

  @Column({ type: 'text' })
  outcome!: AttemptRecord['outcome'];

  @Column({ type: 'text', nullable: true })
  code!: ErrorCode | null;

  @Column({ type: 'integer', nullable: true })
  tokens!: number | null;

  @Column({ name: 'prompt_tokens', type: 'integer', nullable: true })
  promptTokens!: number | null;

  @Column({ name: 'completion_tokens', type: 'integer', nullable: true })
  completionTokens!: number | null;

  /** Who counted the tokens: the provider, or we. */
  @Column({ type: 'text', nullable: true })
  source!: 'actual' | 'estimated' | null;

  @Column({ name: 'time_to_first_token_ms', type: 'integer', nullable: true })
  timeToFirstTokenMs!: number | null;

  @Column({ name: 'started_at', ...unixMilliseconds })
  startedAt!: number;

  @Column({ name: 'ended_at', ...unixMilliseconds, nullable: true })
  endedAt!: number | null;
}
