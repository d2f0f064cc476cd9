import type { Labels } from './metrics.js';

/**
 * The labels of a handle, checked against `names.ts`. A label that is not listed there is a mistake in the program and
 * throws; one that is empty is left out, so that "absent" has one spelling (`error_type` on success).
 */
export function closedLabels(name: string, allowed: readonly string[], labels: Labels = {}): Record<string, string> {
  for (const label of Object.keys(labels)) {
    if (!allowed.includes(label)) throw new Error(`metric ${name} has no label "${label}" in names.ts`);
  }
  return Object.fromEntries(allowed.flatMap((label) => (labels[label] ? [[label, labels[label]] as const] : [])));
}

/** Whether a value may be counted or observed; anything else would spoil a whole series. */
export function isMeasurement(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}
