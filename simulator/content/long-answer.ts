const SUBJECTS = [
  'a queue',
  'a cache',
  'an index',
  'a log',
  'a lock',
  'a clock',
  'a retry',
  'a schema',
  'a test',
  'a name',
];

const OPENINGS = [
  'It is tempting to begin with the difficult case, but the ordinary one decides how it feels to use.',
  'Most of what is written about this repeats the first good explanation, with the doubts removed.',
  'There are two schools here, and both are right about the other’s mistakes.',
  'Nobody notices it while it works; that is the best that can be said of it.',
];

const ARGUMENTS = [
  'The first thing to ask is who waits. If a person does, a tenth of a second matters; if another program does, the average does.',
  'Bounds are kinder than limits that grow: something that is refused early can be tried elsewhere, something that is late cannot.',
  'What is written down survives the restart. What is only remembered is a guess with good manners.',
  'Every copy is a promise to keep two things equal, and most promises of that kind are broken on a Friday afternoon.',
  'A number without its unit is a rumour; a number without its date is folklore.',
  'Two failures at once are rare until they have the same cause, and then they are the rule.',
];

const CLOSINGS = [
  'So keep it small enough to throw away.',
  'The rest is patience, and a good error message.',
  'When in doubt, measure; when still in doubt, leave it alone.',
];

const pick = (from: readonly string[], index: number): string => from[index % from.length] ?? '';

/** An essay in Markdown of at least a few hundred and at most about `bytes` bytes, the same for the same size. */
export function longAnswer(bytes: number): string {
  let text = '# Notes on ordinary machinery\n\nA long answer in numbered sections.\n';
  let size = Buffer.byteLength(text);
  for (let number = 1; ; number++) {
    const next = section(number);
    size += Buffer.byteLength(next);
    if (size > bytes && number > 1) return text;
    text += next;
  }
}

function section(number: number): string {
  const subject = pick(SUBJECTS, number * 7);
  const paragraph = `${pick(OPENINGS, number)} ${pick(ARGUMENTS, number * 5)} ${pick(ARGUMENTS, number * 5 + 2)}`;
  return `\n## ${number}. On ${subject}\n\n${paragraph} ${pick(CLOSINGS, number)}\n${ornament(number)}`;
}

/** Something other than a paragraph in most sections, so that a page has all kinds of blocks to lay out. */
function ornament(number: number): string {
  switch (number % 5) {
    case 1:
      return `\n- first, the case that happens **${number * 10} times** a day\n- then the one that happens once\n- and then the one that *cannot happen*\n`;
    case 2:
      return `\n\`\`\`typescript\nexport const section${number} = (at: number): number => Math.max(0, at - ${number});\n\`\`\`\n`;
    case 3:
      return `\n| load | p50 | p99 |\n| ---: | --: | --: |\n| ${number}0 | 1.${number % 10} ms | ${number} ms |\n| ${number}00 | 2.${number % 10} ms | ${number * 3} ms |\n`;
    case 4:
      return `\n> “${pick(CLOSINGS, number + 1)}” — 一句老话，说了 ${number} 遍 🙂\n`;
    default:
      return '';
  }
}
