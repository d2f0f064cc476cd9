/** One series of Prometheus' text format. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"(?:,|$)/gy;

/** Reads what `GET /metrics` says; a line that is none of the format's is an error. */
export function parseExposition(text: string): Sample[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const match = LINE.exec(line);
    if (match === null) throw new Error(`not a sample: ${line}`);
    return { name: match[1] ?? '', labels: labelsOf(match[2] ?? ''), value: Number(match[3]) };
  });
}

/** The sum of all series of a name that have these labels. */
export function sumOf(samples: readonly Sample[], name: string, labels: Record<string, string> = {}): number {
  const wanted = Object.entries(labels);
  return samples
    .filter((sample) => sample.name === name && wanted.every(([label, value]) => sample.labels[label] === value))
    .reduce((sum, { value }) => sum + value, 0);
}

/** Names and labels of all series, without their values. */
export function seriesOf(samples: readonly Sample[]): Set<string> {
  return new Set(samples.map(({ name, labels }) => `${name}${JSON.stringify(labels)}`));
}

function labelsOf(text: string): Record<string, string> {
  const labels = Object.fromEntries([...text.matchAll(LABEL)].map(([, name = '', value = '']) => [name, value]));
  const again = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  if (again.join(',') !== text) throw new Error(`not labels: ${text}`);
  return labels;
}
