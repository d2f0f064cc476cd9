import { IsNull, type EntityManager } from 'typeorm';
import { MessageReplacedError, type NewTurn, type TurnPlace } from '../history-store.js';
import { MessageEntity } from './entities/message.entity.js';
import { SessionEntity } from './entities/session.entity.js';

/**
 * Has the message whose place a turn takes leave its session, with all that follows; gives the first version of it.
 * @throws MessageReplacedError where it does not stand there any more
 */
export async function makeRoom(manager: EntityManager, turn: NewTurn, place: TurnPlace): Promise<string> {
  const session = { userId: turn.userId, sessionId: turn.sessionId };
  const target = await manager.findOne(MessageEntity, {
    select: { seq: true, id: true, versionOf: true },
    where: { ...session, id: place.messageId, replacedBy: IsNull() },
  });
  if (!target) throw new MessageReplacedError('another version has taken the place of this message');
  const left = await manager
    .createQueryBuilder()
    .update(MessageEntity)
    .set({ replacedBy: place.kind === 'answer' ? turn.answerId : turn.questionId })
    .where({ ...session, replacedBy: IsNull() })
    .andWhere('seq >= :seq', { seq: target.seq })
    .execute();
  // A turn counts as two messages: where the question stands, it is counted already.
  const gone = (left.affected ?? 0) + (place.kind === 'answer' ? 1 : 0);
  await manager.decrement(SessionEntity, { userId: turn.userId, id: turn.sessionId }, 'messageCount', gone);
  if (place.kind === 'question') await retitle(manager, turn);
  return target.versionOf ?? target.id;
}

/** A session whose first question is asked anew is named after the new one, unless somebody gave it a name. */
async function retitle(manager: EntityManager, { userId, sessionId, title }: NewTurn): Promise<void> {
  if (await manager.existsBy(MessageEntity, { userId, sessionId, replacedBy: IsNull() })) return;
  await manager.update(SessionEntity, { userId, id: sessionId, titleSearch: IsNull() }, { title });
}
