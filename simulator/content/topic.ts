/** An answer and the words in a question that call for it. */
export interface Topic {
  keywords: RegExp;
  /** Markdown. */
  text: string;
}
