import type { Dialect } from './answer-check.js';

/** One round of load on one target. */
export interface LoadPlan {
  port: number;
  path: string;
  headers: Record<string, string>;
  /** JSON with `{{id}}` where something unique per answer belongs. */
  body: string;
  dialect: Dialect;
  /** Answers that run at once. */
  streams: number;
  /** Over how long their first ones are spread. */
  rampMs: number;
  /** How long new answers are started, including the ramp; those that still run are read to their end. */
  runMs: number;
  /** What runs longer counts as an error. */
  deadlineMs: number;
  /** As the upstream has it, to check what arrives. */
  tokens: number;
  paceMs: number;
}

export interface Percentiles {
  p50: number;
  p99: number;
}

export interface LoadReport {
  answers: number;
  /** Answers per second while new ones were started. */
  answersPerSecond: number;
  /** From the question's write to the first token's arrival, less what the upstream held it. */
  addedFirstTokenMs: Percentiles;
  /** Silence between two reads with text, beyond the pace. */
  addedGapMs: Percentiles;
  bytes: number;
  /** How often what went wrong. */
  errors: Record<string, number>;
  utilization: number;
  cpuMs: number;
}
