import type { HistoryStore, NewTurn } from '../../src/history/history-store.js';
import { answerEnd, openStore, temporaryFolder, turn } from './history.js';

export interface OpenedStore {
  store: HistoryStore;
  close(): Promise<void>;
}

/** Every store is held to the same cases: add a line to hold another one to them. */
export const STORES: [name: string, open: () => Promise<OpenedStore>][] = [
  ['a database in memory', (): Promise<OpenedStore> => openStore('sqlite::memory:')],
  [
    'a database in a file',
    async (): Promise<OpenedStore> => {
      const folder = await temporaryFolder();
      const opened = await openStore(folder.url);
      return { ...opened, close: () => opened.close().then(folder.remove) };
    },
  ],
];

/** A finished turn. */
export async function talk(
  store: HistoryStore,
  changes: Partial<NewTurn> = {},
  answer = 'A list is a sequence.',
): Promise<NewTurn> {
  const opening = turn(changes);
  await store.openTurn(opening);
  await store.append([answerEnd(opening.answerId, answer)]);
  return opening;
}
