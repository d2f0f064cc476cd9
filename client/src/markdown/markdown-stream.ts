import { IncomingText } from './incoming-text.js';
import { ItemRegion } from './item-region.js';
import { isOpenCode } from './last-block.js';
import type { NodeSink } from './node-sink.js';
import { FenceRegion, type Entrance, type OpenRegion } from './open-region.js';
import { wholeText, type Surroundings } from './part-parser.js';
import type { Rendered } from './patch.js';
import { QuoteRegion } from './quote-region.js';
import { SecondReading } from './second-reading.js';
import { Tail } from './tail.js';

/** So much is read at a time, however much comes at once. */
const PIECE_CHARS = 3_000;

/**
 * Renders Markdown while it is being written. Only the tail that may still change is parsed again, so the work per paint
 * does not grow with the answer; finished blocks are never touched. The end result is what the parser makes of the whole.
 */
export class MarkdownStream<N> {
  readonly #text = new IncomingText();
  readonly #tail: Tail<N>;
  /** What the text ends in, if that is read by itself; the tail is empty then. */
  #region: OpenRegion | undefined;
  #second: SecondReading<N> | undefined;

  /**
   * @param within for what is only a part of a text, or a text of which the definitions are known
   * @param shown what `root` shows of the text already
   */
  constructor(
    private readonly sink: NodeSink<N>,
    private readonly root: N,
    private readonly within: Surroundings = wholeText(),
    shown: readonly Rendered<N>[] = [],
  ) {
    this.#tail = new Tail(this.#text, sink, root, within, shown);
  }

  /** Adds source text, cut anywhere. Shows nothing yet. */
  append(more: string): void {
    this.#text.append(more);
  }

  /** Shows all that was appended. */
  paint(): void {
    while (!this.#text.isTaken) {
      this.#take(PIECE_CHARS);
      if (this.#region) this.#leave(this.#region.paint());
      if (!this.#region) this.#update();
    }
  }

  /** The source is whole: shows its final form, as far as one paint goes; true if there is more to show. */
  finish(): boolean {
    if (this.#second) return this.#second.goOn();
    this.end();
    // A definition may stand behind its use, in text that was finished as plain brackets.
    if (!this.hasDefinitions || this.within.depth > 0) return false;
    const { links, sections } = this.#tail;
    const place = this.sink.hidden();
    const inside = new MarkdownStream(this.sink, place, { links, depth: 0 });
    this.#second = new SecondReading(this.sink, this.root, place, inside, this.#text.whole, sections);
    return true;
  }

  /** The source is whole: shows what is left of it. */
  end(): void {
    this.#text.end();
    this.paint();
    if (this.#region) this.#leave(this.#region.end() ?? '');
    this.#tail.update(true);
    this.#tail.close();
  }

  /** The parts of the whole that are shown, in order. */
  get sections(): readonly N[] {
    return this.#tail.sections;
  }

  /** Whether there are definitions of links, which hold for text before them as well. */
  get hasDefinitions(): boolean {
    return this.#tail.hasDefinitions;
  }

  /** Whether there is an empty line between two blocks. */
  get hasGap(): boolean {
    return this.#tail.hasGap;
  }

  /** The type of the block that the source ends in, were it whole. */
  get lastBlock(): string | undefined {
    this.#take();
    return this.#region?.type ?? this.#tail.lastBlock?.type;
  }

  /** Whether the text ends in code that has no end of its own. */
  get endsInCode(): boolean {
    this.#take();
    return this.#region ? this.#region.isOpenCode : isOpenCode(this.#tail.lastBlock);
  }

  #take(most?: number): void {
    const more = this.#text.take(most);
    if (this.#region) this.#leave(this.#region.take(more));
    else this.#tail.source += more;
  }

  #update(): void {
    const entrance = this.#tail.update(false);
    if (entrance) this.#enter(entrance);
  }

  #enter(entrance: Entrance<N>): void {
    const rest = this.#begin(entrance);
    if (rest === undefined || entrance.type === 'code') return;
    this.#tail.giveUp(entrance.source);
    this.#leave(rest);
    this.#update();
  }

  /** Gives what is to be parsed instead, where the block is not one that can be read by itself. */
  #begin(entrance: Entrance<N>): string | undefined {
    if (entrance.type === 'code') {
      this.#region = new FenceRegion(entrance.reader, entrance.code);
      return undefined;
    }
    const { node, children } = entrance.block;
    const { links } = this.#tail;
    const depth = this.within.depth + 1;
    if (entrance.type === 'blockquote') {
      const inside = new MarkdownStream(this.sink, node, { links, depth }, children);
      this.#region = new QuoteRegion(this.sink, node, inside);
      return this.#region.take(entrance.source) ?? this.#region.paint();
    }
    const { list, reader, source } = entrance;
    const item = { loose: list.loose, task: reader.isTask };
    const inside = new MarkdownStream(this.sink, node, { links, depth, item }, children);
    inside.append(entrance.inside);
    this.#region = new ItemRegion(this.sink, node, list, reader, inside, source);
    return this.#region.paint();
  }

  /** @param rest what is still to be parsed, where the block at the end has ended */
  #leave(rest: string | undefined): void {
    if (rest === undefined) return;
    this.#tail.hasDefinitions ||= this.#region?.hasDefinitions ?? false;
    this.#region = undefined;
    this.#tail.source = rest;
  }
}
