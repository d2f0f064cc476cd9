/** Right within a quarter for most scripts. */
const BYTES_PER_TOKEN = 4;

/** Tokens of a text by its length, where they can't be counted or not in time. */
export function roughTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}
