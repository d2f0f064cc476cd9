import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import type { FinishReason } from '../../../wire/answer-event.js';
import type { Message, MessageStatus } from '../../../wire/message.js';
import { SessionEntity } from './session.entity.js';
import { unixMilliseconds } from './unix-milliseconds.js';

@Entity('messages')
@Index('messages_of_session', ['userId', 'sessionId', 'replacedBy', 'seq'])
@Index('messages_versions', ['versionOf'], { where: `"version_of" IS NOT NULL` })
@Index('messages_streaming', ['userId', 'sessionId'], { where: `"status" = 'streaming'` })
@ForeignKey(() => SessionEntity, ['userId', 'sessionId'], ['userId', 'id'], { onDelete: 'CASCADE' })
export class MessageEntity {
  /** The order of messages; never reused. */
  @PrimaryGeneratedColumn('increment', { type: 'integer' })
  seq!: number;

  @Column({ type: 'text', unique: true })
  id!: string;

  @Column({ name: 'user_id', type: 'text' })
  userId!: string;

  @Column({ name: 'session_id', type: 'text' })
  sessionId!: string;

  /** The first message that stood in this place; null for that one itself. */
  @Column({ name: 'version_of', type: 'text', nullable: true })
  versionOf!: string | null;

  /** The message that took its place, or the place of one before it; null while it stands in the session. */
  @Column({ name: 'replaced_by', type: 'text', nullable: true })
  replacedBy!: string | null;

  @Column({ type: 'text' })
  role!: 'user' | 'assistant';

  /** Empty while the answer runs: its text is in `segments` until then. */
  @Column({ type: 'text' })
  content!: string;

  @Column({ type: 'text' })
  reasoning!: string;

  @Column({ type: 'text' })
  status!: MessageStatus;

  /** The process that writes this answer, see `owner-lock.ts`; null for questions. */
  @Column({ type: 'text', nullable: true })
  owner!: string | null;

  @Column({ type: 'text', nullable: true })
  provider!: string | null;

  @Column({ type: 'text', nullable: true })
  model!: string | null;

  @Column({ type: 'integer', nullable: true })
  tokens!: number | null;

  @Column({ name: 'prompt_tokens', type: 'integer', nullable: true })
  promptTokens!: number | null;

  @Column({ name: 'completion_tokens', type: 'integer', nullable: true })
  completionTokens!: number | null;

  /** True where the provider reported the tokens, false where they are an estimate. */
  @Column({ type: 'boolean', nullable: true })
  accurate!: boolean | null;

  /** What the providers charged for it, where that is known for certain. */
  @Column({ name: 'cost_usd', type: 'double precision', nullable: true })
  costUsd!: number | null;

  @Column({ name: 'finish_reason', type: 'text', nullable: true })
  finishReason!: FinishReason | null;

  @Column({ type: 'simple-json', nullable: true })
  error!: NonNullable<Message['error']> | null;

  @Column({ name: 'time_to_first_token_ms', type: 'integer', nullable: true })
  timeToFirstTokenMs!: number | null;

  @Column({ name: 'duration_ms', type: 'integer', nullable: true })
  durationMs!: number | null;

  @Column({ name: 'created_at', ...unixMilliseconds })
  createdAt!: number;
}
