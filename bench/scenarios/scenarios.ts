/** One kind of load. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** Between tokens; 0: the upstream sends an answer at once. */
  readonly paceMs: number;
  /** Answers that run at once. */
  readonly streams: number;
  /** Tokens of text in an answer; the upstream sends four events more. */
  readonly tokens: number;
  /** How long a round starts new answers, after the ramp. */
  readonly holdMs: number;
  /** Over how long the first answers are spread; absent: the time of one answer, so that later ones begin evenly too. */
  readonly rampMs?: number;
  /** Turns of each target, where nothing else is asked for. */
  readonly rounds: number;
  /** Who is measured where nobody else is asked for; absent: everyone. */
  readonly targets?: readonly string[];
}

/** What keeps up with tens of thousands of events a second; the others would need minutes for a round. */
const QUICK_TARGETS = ['pipe', 'rondo', 'nginx'];

export const SCENARIOS: readonly Scenario[] = [
  {
    name: '10ms-100',
    title: '100 streams, a token every 10 ms',
    paceMs: 10,
    streams: 100,
    tokens: 200,
    holdMs: 2000,
    rounds: 3,
  },
  {
    name: '2ms-100',
    title: '100 streams, a token every 2 ms',
    paceMs: 2,
    streams: 100,
    tokens: 500,
    holdMs: 1500,
    rounds: 3,
  },
  {
    name: '20ms-1000',
    title: '1,000 streams, a token every 20 ms',
    paceMs: 20,
    streams: 1000,
    tokens: 150,
    holdMs: 2000,
    rounds: 2,
    targets: QUICK_TARGETS,
  },
  {
    name: '20ms-2000',
    title: '2,000 streams, a token every 20 ms',
    paceMs: 20,
    streams: 2000,
    tokens: 150,
    holdMs: 2000,
    rounds: 2,
    targets: QUICK_TARGETS,
  },
  {
    name: 'instant-10',
    title: 'whole answers of 34 events, 10 at once',
    paceMs: 0,
    streams: 10,
    tokens: 30,
    holdMs: 2500,
    rounds: 3,
  },
];

/** How long one answer takes at the upstream. */
export function answerMs({ paceMs, tokens }: Pick<Scenario, 'paceMs' | 'tokens'>): number {
  return paceMs * (tokens + 2);
}
