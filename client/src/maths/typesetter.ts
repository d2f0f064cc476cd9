import type { MdFormula } from '../markdown/md-node.js';
import { h } from '../view/element.js';
import { beforeFrame } from '../view/tasks.js';

/** A formula and the element that shows it. */
interface Job {
  readonly place: HTMLElement;
  readonly tex: string;
  readonly display: boolean;
}

/** Builds the MathML of TeX. Throws where the TeX is invalid, not trusted or too much. */
type Typeset = (tex: string, display: boolean) => Element;

/** So long may formulas hold up anything else. */
const SLICE_MS = 6;
const MOST_TRIES = 3;

let typeset: Typeset | undefined;
let loading: Promise<void> | undefined;
let tries = 0;
let jobs: Job[] = [];
let scheduled = false;
let sliceEnd = 0;

/** A formula in the page: as it was written until it is typeset, and for good if it can't be. */
export function formulaView({ tex, display, source }: MdFormula): HTMLElement {
  const place = h('span', { class: display ? 'formula display' : 'formula', dir: 'ltr' }, source);
  typesetSoon({ place, tex, display });
  return place;
}

/** Typesets a formula, at once where there is time for it. What is needed for that is loaded with the first one. */
function typesetSoon(job: Job): void {
  if (typeset && jobs.length === 0 && mayGoOn()) return show(job, typeset);
  jobs.push(job);
  if (typeset) scheduleSlice();
  else load();
}

/** A failed load is tried again with a later formula; what is shown by then stays TeX. */
function load(): void {
  if (loading || tries >= MOST_TRIES) return;
  tries += 1;
  loading = import('./typeset.js').then(
    (module) => {
      typeset = module.typeset;
      scheduleSlice();
    },
    () => {
      loading = undefined;
      jobs = [];
    },
  );
}

/** A slice begins with the first formula after a pause, and its time is shared by all that come in the same task. */
function mayGoOn(): boolean {
  if (sliceEnd === 0) {
    sliceEnd = performance.now() + SLICE_MS;
    setTimeout(() => (sliceEnd = 0));
  }
  return performance.now() < sliceEnd;
}

function scheduleSlice(): void {
  if (scheduled || jobs.length === 0) return;
  scheduled = true;
  setTimeout(() => {
    scheduled = false;
    const end = performance.now() + SLICE_MS;
    let done = 0;
    while (typeset && done < jobs.length && performance.now() < end) {
      const job = jobs[done++];
      if (job?.place.isConnected) show(job, typeset);
    }
    jobs = jobs.slice(done);
    // In a task of its own, as the frame would lay out and draw in one. A hidden page has no frames.
    if (!document.hidden) beforeFrame(() => document.body.getBoundingClientRect());
    scheduleSlice();
  });
}

function show({ place, tex, display }: Job, set: Typeset): void {
  try {
    place.replaceChildren(set(tex, display));
    place.classList.add('typeset');
  } catch {
    // What can't be typeset is best read as it was written.
  }
}
