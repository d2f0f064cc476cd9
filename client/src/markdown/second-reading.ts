import type { NodeSink } from './node-sink.js';
import { pieceEnd } from './piece-end.js';

/** A text that is read and shown. */
interface ReadText<N> {
  readonly sections: readonly N[];
  append(more: string): void;
  paint(): void;
  end(): void;
}

/** So much is read with each paint. */
const PIECE_CHARS = 3_000;

/**
 * Reads a text once more, as all its definitions are known now, and then has section after section take the place of what is
 * shown: all at once would hold up the page, and so would a text that is away meanwhile.
 */
export class SecondReading<N> {
  #read = 0;
  #shown = 0;
  #isRead = false;

  /** @param place where the text is read to */
  constructor(
    private readonly sink: NodeSink<N>,
    private readonly root: N,
    private readonly place: N,
    private readonly text: ReadText<N>,
    private readonly source: string,
    private readonly sections: readonly N[],
  ) {
    sink.append(root, place);
  }

  /** Does the next part of it; true if there is more to do. */
  goOn(): boolean {
    if (this.#isRead) return this.#showNext();
    const end = pieceEnd(this.source, this.#read, PIECE_CHARS);
    this.text.append(this.source.slice(this.#read, end));
    this.#read = end;
    this.text.paint();
    if (this.#read < this.source.length) return true;
    this.text.end();
    this.#isRead = true;
    return true;
  }

  #showNext(): boolean {
    const before = this.sections[this.#shown];
    const next = this.text.sections[this.#shown];
    this.#shown += 1;
    if (before !== undefined && next !== undefined) this.sink.replace(before, next);
    else if (before !== undefined) this.sink.remove(before);
    else if (next !== undefined) this.sink.append(this.root, next);
    else {
      this.sink.remove(this.place);
      return false;
    }
    return true;
  }
}
