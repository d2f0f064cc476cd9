import { parseExposition, sumOf, type Sample } from './exposition.js';

/** Everything that `GET /metrics` tells. */
export async function scrapeAll(url: string): Promise<Sample[]> {
  // Closed behind itself: between two looks a test may be busy for longer than the service keeps a connection.
  const response = await fetch(`${url}/metrics`, { headers: { connection: 'close' } });
  if (response.status !== 200) throw new Error(`/metrics answered ${response.status}`);
  return parseExposition(await response.text());
}

/** The value of a metric at `GET /metrics`, summed over all series that have these labels. */
export async function scrape(url: string, name: string, labels: Record<string, string> = {}): Promise<number> {
  return sumOf(await scrapeAll(url), name, labels);
}
