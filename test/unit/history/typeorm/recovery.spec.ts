import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import type { AttemptReason } from '../../../../src/wire/answer-event.js';
import { killScripts, runScript } from '../../../support/child-script.js';
import {
  ADA,
  attempt,
  eventually,
  openStore,
  segment,
  temporaryFolder,
  turn,
  type OpenStore,
} from '../../../support/history.js';

describe('answers whose process is gone', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let opened: OpenStore;

  beforeEach(async () => {
    folder = await temporaryFolder();
    opened = await openStore(folder.url);
  });

  afterEach(async () => {
    await killScripts();
    await opened.close();
    await folder.remove();
  });

  const ownerFiles = async () => (await readdir(folder.path)).filter((name) => name.includes('.owner-'));

  it('become interrupted, with the text that was stored of them, only when their process has died', async () => {
    const child = runScript('history/run-answer.ts', folder.url);
    const answerId = await child.nextLine();
    expect(await ownerFiles()).toHaveLength(2);
    expect(await opened.store.recoverAbandoned()).toBe(0);
    expect((await opened.store.findAnswer(answerId))?.message).toMatchObject({
      status: 'streaming',
      content: 'Half an ans',
    });

    await child.kill();
    expect(await opened.store.recoverAbandoned()).toBe(1);
    const { messages } = await opened.store.messages(ADA, { limit: 50 });
    expect(messages).toMatchObject([
      { role: 'user', content: 'What is a list?', status: 'complete' },
      {
        id: answerId,
        content: 'Half an ans',
        reasoning: 'hm',
        status: 'interrupted',
        finish_reason: 'interrupted',
        provider: 'groq',
        model: 'a-model',
        error: { code: 'interrupted', class: 'retryable', retryable: true },
        attempts: [{ provider: 'groq', outcome: 'failed', code: 'interrupted' }],
      },
    ]);
    expect(messages[1]?.duration_ms).toBeLessThan(10_000);
    expect(await ownerFiles()).toHaveLength(1);
    expect(await opened.store.recoverAbandoned()).toBe(0);
  });

  it('are ended by whoever reads their session, or the list of sessions', async () => {
    for (const look of [
      async () => (await opened.store.messages(ADA, { limit: 50 })).messages.map(({ status }) => status),
      async () => (await opened.store.sessions('ada', { limit: 50 })).sessions.map((one) => one.running_answer_id),
    ]) {
      const child = runScript('history/run-answer.ts', folder.url);
      const answerId = await child.nextLine();
      expect([answerId, 'streaming']).toContain((await look()).at(-1));
      await child.kill();
      // Whose process was seen alive a moment ago is not looked for at once.
      const seen = await eventually(look, (found) => found.at(-1) !== 'streaming' && found.at(-1) !== answerId);
      expect(['interrupted', undefined]).toContain(seen.at(-1));
    }
  });

  it('are recovered after a clean close, too, whose flush did not get to them', async () => {
    const child = runScript('history/run-answer.ts', folder.url, 'close');
    const answerId = await child.nextLine();
    expect(await child.ended()).toBe(0);
    expect(await ownerFiles()).toHaveLength(1);
    expect(await opened.store.recoverAbandoned()).toBe(1);
    expect((await opened.store.findAnswer(answerId))?.message).toMatchObject({
      status: 'interrupted',
      content: 'Half an ans',
    });
  });

  it.each<[string, [AttemptReason, string, number][], string]>([
    [
      'who won a race',
      [
        ['selected', 'groq', 0],
        ['hedge', 'mistral', 0],
      ],
      'groq',
    ],
    [
      'who was followed in vain',
      [
        ['selected', 'groq', 0],
        ['continued', 'mistral', 11],
      ],
      'groq',
    ],
    [
      'who was asked in vain again',
      [
        ['selected', 'groq', 0],
        ['retry', 'mistral', 11],
      ],
      'groq',
    ],
    [
      'who wrote the last of them',
      [
        ['selected', 'groq', 0],
        ['continued', 'mistral', 5],
      ],
      'mistral',
    ],
    [
      'who spoke after others were asked in vain',
      [
        ['selected', 'groq', 0],
        ['retry', 'groq', 0],
        ['failover', 'mistral', 0],
      ],
      'mistral',
    ],
  ])('name as their author %s', async (_, attempts, author) => {
    const other = await openStore(folder.url);
    const { answerId, ...opening } = turn();
    await other.store.openTurn({ answerId, ...opening });
    await other.store.append([
      ...attempts.map(([reason, provider, textFrom], n) =>
        attempt(answerId, { n, provider, reason, textFrom, startedAt: n }),
      ),
      segment(answerId, 0, 'Half an ans'),
    ]);
    await other.close();
    expect(await opened.store.recoverAbandoned()).toBe(1);
    expect((await opened.store.findAnswer(answerId))?.message.provider).toBe(author);
  });

  it('are recovered once, although two processes start at the same time', async () => {
    for (let n = 0; n < 3; n++) {
      const child = runScript('history/run-answer.ts', folder.url);
      await child.nextLine();
      await child.kill();
    }
    const other = await openStore(folder.url);
    const counts = await Promise.all([opened.store.recoverAbandoned(), other.store.recoverAbandoned()]);
    expect(counts[0] + counts[1]).toBe(3);
    await other.close();
  });

  it('do not include those of another store in the same process, which go on', async () => {
    const other = await openStore(folder.url);
    const opening = turn();
    await other.store.openTurn(opening);
    expect(await opened.store.recoverAbandoned()).toBe(0);
    await other.store.append([segment(opening.answerId, 0, 'still here')]);
    expect((await opened.store.findAnswer(opening.answerId))?.message).toMatchObject({ content: 'still here' });
    await other.close();
  });

  it('lose at most the last 250 ms of their text to kill -9', async () => {
    for (let round = 0; round < 5; round++) {
      const child = runScript('history/write-clock.ts', folder.url);
      for (let line = 0; line < 100 + 12 * round; line++) await child.nextLine();
      const killedAt = Date.now();
      await child.kill();
      await opened.store.recoverAbandoned();
      const { messages } = await opened.store.messages(ADA, { limit: 40 });
      const answers = messages.filter((message) => message.role === 'assistant');
      expect(answers).toHaveLength(20);
      for (const { content, status } of answers) {
        expect(status).toBe('interrupted');
        const times = content.trimEnd().split('\n').map(Number);
        expect(killedAt - times.at(-1)!).toBeLessThanOrEqual(250);
        expect(times.every((time, n) => n === 0 || time >= times[n - 1]!)).toBe(true);
        expect(content).toMatch(/^(\d{13}\n)+$/);
      }
      expect(await integrity()).toBe('ok');
    }
  });

  /** By a connection of its own: what the search index keeps in memory between two checks makes SQLite see damage. */
  async function integrity(): Promise<string | undefined> {
    const { database, close } = await openStore(folder.url);
    const [row] = await database.read((manager) =>
      manager.query<{ integrity_check: string }[]>('PRAGMA integrity_check'),
    );
    await close();
    return row?.integrity_check;
  }

  it('leave no file beside the database once every process has closed it', async () => {
    await opened.store.openTurn(turn());
    await opened.close();
    expect(
      await eventually(
        () => readdir(folder.path),
        (names) => names.length === 1,
      ),
    ).toEqual(['rondo.db']);
    opened = await openStore(folder.url);
  });
});
