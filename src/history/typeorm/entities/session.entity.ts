import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { unixMilliseconds } from './unix-milliseconds.js';

@Entity('sessions')
@Index('sessions_by_last_change', ['userId', 'lastSeq'])
export class SessionEntity {
  @PrimaryColumn({ name: 'user_id', type: 'text' })
  userId!: string;

  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'text' })
  title!: string;

  /**
   * The title as searches compare it (`search-text.ts`), if somebody gave it. Else null: it is the beginning of the
   * first question, which is searched itself.
   */
  @Column({ name: 'title_search', type: 'text', nullable: true })
  titleSearch!: string | null;

  @Column({ name: 'created_at', ...unixMilliseconds })
  createdAt!: number;

  @Column({ name: 'updated_at', ...unixMilliseconds })
  updatedAt!: number;

  /** Kept with each turn, so that listing sessions counts nothing. */
  @Column({ name: 'message_count', type: 'integer' })
  messageCount!: number;

  /** `seq` of the latest message: sessions are ordered by it, since a clock may step back. */
  @Column({ name: 'last_seq', type: 'integer' })
  lastSeq!: number;
}
