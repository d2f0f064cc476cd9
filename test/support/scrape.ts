import { parseExposition, sumOf } from './exposition.js';

/** The value of a metric at `GET /metrics`, summed over all series that have these labels. */
export async function scrape(url: string, name: string, labels: Record<string, string> = {}): Promise<number> {
  const response = await fetch(`${url}/metrics`);
  return sumOf(parseExposition(await response.text()), name, labels);
}
