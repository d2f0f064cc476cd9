/** How the upstream answers from now on. */
export interface UpstreamPlan {
  /** Tokens of text in an answer. */
  tokens: number;
  /** Between tokens; 0 sends the whole answer at once. */
  paceMs: number;
}

/** What it did since the plan was made. */
export interface UpstreamReport {
  answers: number;
  /** Server-Sent Events written. */
  events: number;
  /** Answers whose connection was closed before their end. */
  abandoned: number;
  /** How late its writes were against their schedule, 99th percentile. */
  lateP99Ms: number;
  /** Share of the time its event loop was busy. */
  utilization: number;
  cpuMs: number;
}
