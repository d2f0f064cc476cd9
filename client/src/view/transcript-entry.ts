/** A message of the conversation, which has elements only while it is near what is being read. */
export interface TranscriptEntry {
  readonly id: string;
  mount(): HTMLElement;
  unmount(): void;
}
