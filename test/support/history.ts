import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import type { AttemptState, NewTurn, Segment, SessionKey, StoredEnd } from '../../src/history/history-store.js';
import { dialectOf } from '../../src/history/typeorm/dialects.js';
import type { AttemptRecord } from '../../src/wire/attempt.js';
import { HistoryDatabase } from '../../src/history/typeorm/history-database.js';
import { bare, connect } from '../../src/history/typeorm/sqlite/connections.js';
import { TypeOrmHistoryStore } from '../../src/history/typeorm/typeorm-history-store.js';
import { WriteHealth } from '../../src/history/write-health.js';
import type { Metrics } from '../../src/metrics/metrics.js';
import { newId } from '../../src/wire/ids.js';

export const ADA: SessionKey = { userId: 'ada', sessionId: 'first' };

export interface OpenStore {
  store: TypeOrmHistoryStore;
  database: HistoryDatabase;
  close(): Promise<void>;
}

/** @param metrics where failed writes are counted */
export async function openStore(databaseUrl: string, metrics?: Metrics): Promise<OpenStore> {
  const dialect = dialectOf(databaseUrl);
  const writer = await dialect.openDataSource(dialect.dataSourceOptions(databaseUrl));
  const database = new HistoryDatabase(await dialect.openDatabase(writer), new WriteHealth(metrics));
  return { store: new TypeOrmHistoryStore(database), database, close: () => database.close() };
}

/**
 * A connection beside the service's, without our schema. It uses the service's driver: TypeORM's own choice switches the
 * native driver to verbose errors for the whole process, so also for the suites that run after this one.
 */
export function openFile(file: string): Promise<DataSource> {
  return connect(bare(file));
}

/** A folder of its own for a test, with the name and the URL of a database file in it. */
export interface TemporaryFolder {
  readonly path: string;
  readonly file: string;
  readonly url: string;
  remove(): Promise<void>;
}

export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), 'rondo-history-'));
  const file = join(path, 'rondo.db');
  return { path, file, url: `sqlite://${file}`, remove: () => rm(path, { recursive: true, force: true }) };
}

export function turn(changes: Partial<NewTurn> = {}): NewTurn {
  return {
    ...ADA,
    questionId: newId(),
    question: 'What is a list?',
    answerId: newId(),
    title: 'Lists',
    at: Date.now(),
    ...changes,
  };
}

export function segment(answerId: string, at: number, text: string, channel: Segment['channel'] = 'text'): Segment {
  return { kind: 'segment', answerId, channel, at, text };
}

/** An attempt that runs; `changes` may end it. */
export function attempt(answerId: string, changes: Partial<AttemptRecord> = {}): AttemptState {
  const opening = {
    n: 0,
    provider: 'groq',
    model: 'a-model',
    reason: 'selected',
    textFrom: 0,
    reasoningFrom: 0,
  } as const;
  return { kind: 'attempt', answerId, attempt: { ...opening, startedAt: Date.now(), outcome: 'running', ...changes } };
}

export function answerEnd(answerId: string, content: string, changes: Partial<StoredEnd> = {}): StoredEnd {
  return {
    kind: 'answer-end',
    answerId,
    status: 'complete',
    finishReason: 'stop',
    content,
    reasoning: '',
    durationMs: 1200,
    ...changes,
  };
}

/** Resolves when `check` holds; fails with what it last gave when that takes too long. */
export async function eventually<T>(read: () => T | Promise<T>, check: (value: T) => boolean, ms = 10_000): Promise<T> {
  const deadline = performance.now() + ms;
  for (;;) {
    const value = await read();
    if (check(value)) return value;
    if (performance.now() > deadline) throw new Error(`still ${JSON.stringify(value)} after ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
