import type { EntityManager } from 'typeorm';
import { SegmentEntity } from './entities/segment.entity.js';

/** What is stored of a running answer. */
export interface PartialAnswer {
  content: string;
  reasoning: string;
  /** When its last piece was stored, in Unix milliseconds. */
  storedAt: number;
}

/** The text stored so far of each of these answers; those without any are missing. */
export async function partialAnswers(
  manager: EntityManager,
  messageIds: readonly string[],
): Promise<Map<string, PartialAnswer>> {
  const answers = new Map<string, PartialAnswer>();
  if (messageIds.length === 0) return answers;
  const segments = await manager
    .createQueryBuilder(SegmentEntity, 'segment')
    .where('segment.messageId IN (:...messageIds)', { messageIds })
    .orderBy('segment.messageId')
    .addOrderBy('segment.kind')
    .addOrderBy('segment.at')
    .getMany();
  for (const segment of segments) {
    const answer = answers.get(segment.messageId) ?? { content: '', reasoning: '', storedAt: 0 };
    answer[segment.kind === 'text' ? 'content' : 'reasoning'] += segment.text;
    answer.storedAt = Math.max(answer.storedAt, segment.storedAt);
    answers.set(segment.messageId, answer);
  }
  return answers;
}
