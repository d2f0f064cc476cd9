import { In, type EntityManager } from 'typeorm';
import { CRASHED_MESSAGE, errorEvent, isAnnounced } from '../../wire/answer-event.js';
import { AttemptEntity } from './entities/attempt.entity.js';
import { MessageEntity } from './entities/message.entity.js';
import { SegmentEntity } from './entities/segment.entity.js';
import type { HistoryDatabase } from './history-database.js';
import { partialAnswers, type PartialAnswer } from './segments.js';
import type { SearchIndex } from './sql-dialect.js';

/** Small enough that other writers get their turn and that the texts fit in memory. */
const ANSWERS_PER_TRANSACTION = 50;
const DEADLINE_MS = 30_000;

/** Ends the answers of these processes, which are gone, with what was stored of them; gives their number. */
export async function endAnswersOf(database: HistoryDatabase, gone: readonly string[]): Promise<number> {
  const ids = gone.length === 0 ? [] : await database.read((manager) => streamingOf(manager, gone));
  let recovered = 0;
  for (let start = 0; start < ids.length; start += ANSWERS_PER_TRANSACTION) {
    const some = ids.slice(start, start + ANSWERS_PER_TRANSACTION);
    const work = (manager: EntityManager) => interrupt(manager, database.search, some);
    recovered += await database.write(work, { deadlineMs: DEADLINE_MS });
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

async function interrupt(manager: EntityManager, search: SearchIndex, ids: readonly string[]): Promise<number> {
  const rows = await manager.findBy(MessageEntity, { id: In(ids), status: 'streaming' });
  const partials = await partialAnswers(manager, ids);
  for (const row of rows) await interruptAnswer(manager, row, partials.get(row.id));
  await search.add(
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
  const { type: _, ...error } = errorEvent('interrupted', CRASHED_MESSAGE);
  const changes = {
    status: 'interrupted' as const,
    finishReason: 'interrupted' as const,
    content: partial?.content ?? '',
    reasoning: partial?.reasoning ?? '',
    ...authorOf(attempts, partial),
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

/** Whoever wrote the last text that was stored, else the last thinking; where nobody has written anything, whoever readers were told of last. */
function authorOf(
  attempts: readonly AttemptEntity[],
  { content, reasoning }: Pick<PartialAnswer, 'content' | 'reasoning'> = { content: '', reasoning: '' },
): { provider: string | null; model: string | null } {
  const inRace = attempts.filter(({ reason }) => reason !== 'hedge');
  const wrote = ({ textFrom }: AttemptEntity, index: number) =>
    (inRace[index + 1]?.textFrom ?? content.length) > textFrom;
  const thought = ({ reasoningFrom }: AttemptEntity, index: number) =>
    (inRace[index + 1]?.reasoningFrom ?? reasoning.length) > reasoningFrom;
  const writer = inRace.findLast(wrote) ?? inRace.findLast(thought);
  const { provider, model } = writer ?? inRace.findLast(({ reason }) => isAnnounced(reason)) ?? {};
  return { provider: provider ?? null, model: model ?? null };
}
