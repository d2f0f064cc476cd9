/** The instructions that are understood; any other is an error, lest it be skipped in silence. */
const KNOWN = new Set(
  'CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL RUN STOPSIGNAL USER VOLUME WORKDIR'.split(' '),
);

/**
 * The stages of a Dockerfile, in order: `{ name, from, steps: [{ keyword, text }] }`, `text` being what follows the
 * keyword, on one line. The last stage is the image.
 */
export function parseDockerfile(source) {
  const stages = [];
  for (const line of logicalLines(source)) {
    const [, keyword = '', text = ''] = /^([A-Za-z]+)\s+(.*)$/.exec(line) ?? [];
    if (!KNOWN.has(keyword)) throw new Error(`Dockerfile: this is not understood: ${line}`);
    if (keyword === 'FROM') {
      const [, from, name = 'image'] = /^(\S+)(?:\s+AS\s+(\S+))?$/.exec(text) ?? [];
      stages.push({ name, from, steps: [] });
    } else {
      stages.at(-1).steps.push({ keyword, text });
    }
  }
  return stages;
}

/** Comments left out, continued lines joined. */
function logicalLines(source) {
  const lines = source.split('\n').filter((line) => !/^\s*(#|$)/.test(line));
  return lines
    .join('\n')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
}

/** `A=1 B="two words"` as an object. */
export function pairs(text) {
  const found = [...text.matchAll(/([\w.-]+)=(?:"([^"]*)"|(\S*))/g)];
  return Object.fromEntries(found.map(([, name, quoted, plain]) => [name, quoted ?? plain]));
}

/** `--from=build --chown=… a b c` as `{ flags, words }`. */
export function flagsAndWords(text) {
  const words = text.split(/\s+/);
  const flags = words.filter((word) => word.startsWith('--'));
  return { flags: pairs(flags.join(' ').replaceAll('--', '')), words: words.filter((word) => !word.startsWith('--')) };
}

/** The command of a `CMD` or `HEALTHCHECK … CMD`, which has to be in the exec form. */
export function execForm(text) {
  const list = /\[.*\]$/.exec(text);
  if (list === null) throw new Error(`Dockerfile: not in the exec form, so a shell would get the signals: ${text}`);
  return JSON.parse(list[0]);
}
