import type { Curve, CurvePoint } from '../growth/curve.js';

const WIDTH = 640;
const HEIGHT = 320;
const LEFT = 56;
const RIGHT = 96;
const TOP = 44;
const BOTTOM = 48;
const COLOURS: Readonly<Record<string, string>> = { pipe: '#6b7280', rondo: '#b4460f' };
const OTHER_COLOUR = '#1d4ed8';
/** Between the names of two lines. */
const NAME_HEIGHT = 16;
const TICKS = 4;

/** A curve as SVG: logarithmic across, from zero upwards. Hollow marks are of rounds in which something was at its limit. */
export function plot(curve: Curve): string {
  const points = curve.series.flatMap((series) => series.points);
  const xs = [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b);
  const top = niceTop(Math.max(...points.map(({ y }) => y)));
  const across = logScale(xs[0] ?? 1, xs.at(-1) ?? 10);
  const up = (y: number) => HEIGHT - BOTTOM - (y / top) * (HEIGHT - BOTTOM - TOP);
  const lines = Array.from({ length: TICKS + 1 }, (_, tick) => gridLine((top * tick) / TICKS, up));
  const labels = xs.map((x) => label(across(x), HEIGHT - BOTTOM + 18, grouped(x), 'middle'));
  const series = curve.series.map(({ target, points: own }) => drawn(own, colourOf(target), across, up));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="${escaped(`${curve.y} by ${curve.x}`)}">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" rx="6" fill="#fff"/>`,
    `<text x="${LEFT}" y="24" font-size="14" fill="#111">${escaped(`${curve.title}: ${curve.y}`)}</text>`,
    ...lines,
    ...labels,
    label((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, curve.x, 'middle'),
    ...series,
    ...names(curve, up),
    '</svg>',
    '',
  ].join('\n');
}

function drawn(
  points: readonly CurvePoint[],
  colour: string,
  across: (x: number) => number,
  up: (y: number) => number,
): string {
  const at = points.map(({ x, y }) => `${across(x).toFixed(1)},${up(y).toFixed(1)}`);
  const marks = points.map(
    ({ doubtful }, index) =>
      `<circle cx="${at[index]!.replace(',', '" cy="')}" r="4" fill="${doubtful ? '#fff' : colour}" stroke="${colour}" stroke-width="2"/>`,
  );
  return [`<polyline points="${at.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`, ...marks].join('\n');
}

/** Each line's name at its end, moved down where it would cover another. */
function names({ series }: Curve, up: (y: number) => number): string[] {
  const ends = series.flatMap(({ target, points }) => points.slice(-1).map(({ y }) => ({ target, at: up(y) + 4 })));
  let lowest = 0;
  return ends
    .sort((a, b) => a.at - b.at)
    .map(({ target, at }) => {
      lowest = Math.max(at, lowest + NAME_HEIGHT);
      return label(WIDTH - RIGHT + 12, lowest, target, 'start', colourOf(target));
    });
}

function colourOf(target: string): string {
  return COLOURS[target] ?? OTHER_COLOUR;
}

function logScale(first: number, last: number): (x: number) => number {
  const from = Math.log(first);
  const width = Math.log(last) - from || 1;
  return (x) => LEFT + 12 + ((Math.log(x) - from) / width) * (WIDTH - LEFT - RIGHT - 24);
}

function gridLine(y: number, up: (y: number) => number): string {
  const at = up(y).toFixed(1);
  const line = `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}" stroke="#e5e7eb"/>`;
  return `${line}\n${label(LEFT - 8, up(y) + 4, String(Number(y.toPrecision(3))), 'end')}`;
}

function label(x: number, y: number, text: string, anchor: string, colour = '#374151'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${colour}">${escaped(text)}</text>`;
}

/** The next number above that is easy to divide by four. */
function niceTop(highest: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(highest, Number.MIN_VALUE)));
  return (
    [1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10].map((step) => step * power).find((candidate) => candidate >= highest) ??
    10 * power
  );
}

function grouped(value: number): string {
  return value.toLocaleString('en');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
