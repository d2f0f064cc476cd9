import type { LoadPlan } from '../load/load-protocol.js';

/** How a target is asked; `{{id}}` in the body is replaced by something unique. */
export type Question = Pick<LoadPlan, 'path' | 'headers' | 'body' | 'dialect'>;

export interface Surroundings {
  upstreamPort: number;
  /** For what it writes; removed at the end. */
  folder: string;
}

export interface RunningTarget {
  readonly port: number;
  readonly question: Question;
  /** All processes whose cost is the target's. */
  pids(): number[];
  /** Event-loop delay, 99th percentile in milliseconds since the last call, where the target itself tells it. */
  eventLoopDelayP99?(): Promise<number>;
  stop(): Promise<void>;
}

/** A server between a client and an upstream. */
export interface Target {
  readonly name: string;
  /** For the report: version and what it does with the stream. */
  readonly description: string;
  /** Why it can't be measured here; undefined if it can. */
  absence(): string | undefined;
  start(surroundings: Surroundings): Promise<RunningTarget>;
}

/** The request for every target with OpenAI's protocol. */
export const OPENAI_QUESTION: Question = {
  path: '/v1/chat/completions',
  headers: { authorization: 'Bearer bench' },
  body: JSON.stringify({
    model: 'bench-model',
    stream: true,
    stream_options: { include_usage: true },
    messages: [{ role: 'user', content: 'What is a rondo? ({{id}})' }],
  }),
  dialect: 'openai',
};
