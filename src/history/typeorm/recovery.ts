import { In, type EntityManager } from 'typeorm';
import { errorEvent } from '../../wire/answer-event.js';
import { chunks } from './chunks.js';
import { AttemptEntity } from './entities/attempt.entity.js';
import { MessageEntity } from './entities/message.entity.js';
import { SegmentEntity } from './entities/segment.entity.js';
import type { HistoryDatabase } from './history-database.js';
import { addToSearch } from './sqlite/search-index.js';
import { partialAnswers, type PartialAnswer } from './segments.js';

/** Small enough that other writers get their turn and that the texts fit in memory. */
const ANSWERS_PER_TRANSACTION = 50;
const DEADLINE_MS = 30_000;

/** Ends the answers of these processes, which are gone, with what was stored of them; gives their number. */
export async function endAnswersOf(database: HistoryDatabase, gone: readonly string[]): Promise<number> {
  const ids = gone.length === 0 ? [] : await database.read((manager) => streamingOf(manager, gone));
  let recovered = 0;
  for (const some of chunks(ids, ANSWERS_PER_TRANSACTION)) {
    recovered += await database.write((manager) => interrupt(manager, some), { deadlineMs: DEADLINE_MS });
  }
  return recovered;
}

async function streamingOf(manager: EntityManager, owners: readonly string[]): Promise<string[]> {
  const rows = await manager
    .createQueryBuilder(MessageEntity, 'message')
    .select(['message.seq', 'message.id'])
    .where("message.status = 'streaming' AND message.owner IN (:...owners)", { owners })
    .orderBy('message.seq')
    .getMany();
  return rows.map((row) => row.id);
}

async function interrupt(manager: EntityManager, ids: readonly string[]): Promise<number> {
  const rows = await manager.findBy(MessageEntity, { id: In(ids), status: 'streaming' });
  const partials = await partialAnswers(manager, ids);
  for (const row of rows) await interruptAnswer(manager, row, partials.get(row.id));
  await addToSearch(
    manager,
    rows.map(({ seq, userId, id }) => ({ seq, userId, content: partials.get(id)?.content ?? '' })),
  );
  return rows.length;
}

async function interruptAnswer(
  manager: EntityManager,
  { id, createdAt }: MessageEntity,
  partial: PartialAnswer | undefined,
): Promise<void> {
  const attempts = await manager.find(AttemptEntity, { where: { messageId: id }, order: { n: 'ASC' } });
  const last = attempts.at(-1);
  // Nobody knows when the process died: the last sign of life counts.
  const endedAt = Math.max(createdAt, last?.startedAt ?? 0, partial?.storedAt ?? 0);
  const { type: _, ...error } = errorEvent('interrupted', 'The server stopped while it was writing this answer.');
  const changes = {
    status: 'interrupted' as const,
    finishReason: 'interrupted' as const,
    content: partial?.content ?? '',
    reasoning: partial?.reasoning ?? '',
    provider: last?.provider ?? null,
    model: last?.model ?? null,
    error,
    durationMs: endedAt - createdAt,
  };
  await manager.update(MessageEntity, { id }, changes);
  await manager.delete(SegmentEntity, { messageId: id });
  await manager.update(
    AttemptEntity,
    { messageId: id, outcome: 'running' },
    { outcome: 'failed', code: 'interrupted', endedAt },
  );
}
