export interface CurvePoint {
  x: number;
  y: number;
  /** Something was at its limit; see `saturation.ts`. */
  doubtful: boolean;
}

/** How one figure changes while something grows. */
export interface Curve {
  name: string;
  title: string;
  /** What grows, and what is measured, with their units. */
  x: string;
  y: string;
  /** What was asked, in words. */
  load: string;
  series: { target: string; points: CurvePoint[] }[];
}
