import type { Labels } from './metrics.js';

/**
 * Checks the labels of a handle against `names.ts`. An unlisted label is a programming error and throws. An empty label
 * is left out, so that "absent" has one spelling (`error_type` on success).
 */
export function closedLabels(name: string, allowed: readonly string[], labels: Labels = {}): Record<string, string> {
  for (const label of Object.keys(labels)) {
    if (!allowed.includes(label)) throw new Error(`metric ${name} has no label "${label}" in names.ts`);
  }
  return Object.fromEntries(allowed.flatMap((label) => (labels[label] ? [[label, labels[label]] as const] : [])));
}

/** Whether a value may be measured; any other would spoil the whole series. */
export function isMeasurement(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}
