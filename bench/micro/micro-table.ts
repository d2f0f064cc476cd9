import { figure, markdownTable } from '../report/markdown-table.js';
import type { MicroResult } from './measure-case.js';

export function microTable(results: readonly MicroResult[]): string {
  return markdownTable(
    ['step', 'ns', 'bytes'],
    results.map(({ name, nsPerEvent, bytesPerEvent }) => [name, figure(nsPerEvent), figure(bytesPerEvent)]),
  );
}
