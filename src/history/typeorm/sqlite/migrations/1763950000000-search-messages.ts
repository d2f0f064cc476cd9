import { Logger } from '@nestjs/common';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addToSearch, createSearchIndex, dropSearchIndex, fillSearchIndex } from '../search-index.js';
import type { SearchDocument } from '../../sql-dialect.js';
import { fold, SEARCHED_CHARACTERS } from '../../search/search-text.js';

/** So many rows are read at a time. */
const AT_ONCE = 1_000;
/** So much text is added at a time: the more, the less is written in all. */
const CHARACTERS_AT_ONCE = 8 * 1024 * 1024;
/** From here on it takes long enough for people to wonder. */
const WORTH_SAYING = 20_000;

interface SessionRow {
  user_id: string;
  id: string;
  title: string;
  first: string | null;
}

/** The index for what is there already, and which titles somebody gave: those don't begin the first question. */
export class SearchMessages1763950000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await createSearchIndex(queryRunner);
    await queryRunner.query('ALTER TABLE "sessions" ADD COLUMN "title_search" text');
    await fillSearchIndex(queryRunner, () => indexMessages(queryRunner));
    await foldTitles(queryRunner);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE "sessions" DROP COLUMN "title_search"');
    await dropSearchIndex(queryRunner);
  }
}

async function indexMessages({ manager }: QueryRunner): Promise<void> {
  const [{ messages } = { messages: 0 }] = await manager.query<{ messages: number }[]>(
    'SELECT COUNT(*) AS "messages" FROM "messages"',
  );
  if (messages >= WORTH_SAYING) new Logger('History').log({ messages }, 'making messages searchable, once');
  let documents: SearchDocument[] = [];
  let characters = 0;
  for (let after = 0; ;) {
    const rows = await manager.query<SearchDocument[]>(
      `SELECT "seq", "user_id" AS "userId", SUBSTR("content", 1, ${SEARCHED_CHARACTERS}) AS "content" FROM "messages" WHERE "seq" > ? ORDER BY "seq" LIMIT ${AT_ONCE}`,
      [after],
    );
    documents.push(...rows);
    characters += rows.reduce((sum, { content }) => sum + content.length, 0);
    const last = rows.at(-1);
    if (last === undefined || characters >= CHARACTERS_AT_ONCE) {
      await addToSearch(manager, documents);
      documents = [];
      characters = 0;
    }
    if (last === undefined) return;
    after = last.seq;
  }
}

async function foldTitles({ manager }: QueryRunner): Promise<void> {
  for (let after: Pick<SessionRow, 'user_id' | 'id'> = { user_id: '', id: '' }; ;) {
    const rows = await manager.query<SessionRow[]>(
      `SELECT "user_id", "id", "title", (SELECT SUBSTR("content", 1, 1000) FROM "messages" WHERE "messages"."user_id" = "sessions"."user_id"
        AND "messages"."session_id" = "sessions"."id" AND "messages"."replaced_by" IS NULL ORDER BY "seq" LIMIT 1) AS "first"
        FROM "sessions" WHERE ("user_id", "id") > (?, ?) ORDER BY "user_id", "id" LIMIT ${AT_ONCE}`,
      [after.user_id, after.id],
    );
    for (const { user_id, id, title, first } of rows) {
      const folded = fold(title);
      if (
        fold(first ?? '')
          .trim()
          .startsWith(folded.replace(/…$/, ''))
      )
        continue;
      const values = [folded, user_id, id];
      await manager.query('UPDATE "sessions" SET "title_search" = ? WHERE "user_id" = ? AND "id" = ?', values);
    }
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last;
  }
}
