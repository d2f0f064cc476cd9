/** A message of the conversation, which has elements only while it is near what is being read. */
export interface TranscriptEntry {
  readonly id: string;
  /** What its editor holds; undefined where none is open. */
  readonly edited?: string | undefined;
  mount(): HTMLElement;
  unmount(): void;
}
