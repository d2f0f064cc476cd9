import { spawn } from 'node:child_process';

const HEAD_LINES = 15;
const TAIL_LINES = 40;
const PROGRESS_EVERY_MS = 10_000;

/** Something that the person at the terminal has to know or do; its message is all they need to see. */
export class StepError extends Error {}

/**
 * Runs a command to its end and resolves with what it printed on stdout. With a `title`, tells the step's progress and
 * time. @throws StepError with the ends of its output and the hint when it fails.
 */
export async function runStep(title, command, args, options, hint = '') {
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(0)} s`;
  if (title !== undefined) console.error(`${title} …`);
  const progress = title && setInterval(() => console.error(`  … ${seconds()}`), PROGRESS_EVERY_MS);
  try {
    const { stdout, output, failure } = await run(command, args, options);
    if (failure === undefined) {
      if (title !== undefined) console.error(`  done in ${seconds()}`);
      return stdout;
    }
    throw new StepError(
      [endsOf(output), `${title ?? command}: ${failure} after ${seconds()}`, hint].filter(Boolean).join('\n\n'),
    );
  } finally {
    clearInterval(progress);
  }
}

/** npm tells the reason first and its advice last; warnings tell neither. */
function endsOf(output) {
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('npm warn'));
  if (lines.length <= HEAD_LINES + TAIL_LINES) return lines.join('\n');
  return [...lines.slice(0, HEAD_LINES), '  …', ...lines.slice(-TAIL_LINES)].join('\n');
}

function run(command, args, options) {
  // Windows starts .cmd files only through its shell.
  const child = spawn(command, args, {
    ...options,
    shell: command.endsWith('.cmd'),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => (output += text));
  return new Promise((done) => {
    child.on('error', (error) => done({ stdout, output, failure: `could not be started (${error.message})` }));
    child.on('close', (code, signal) => {
      done({ stdout, output, failure: code === 0 ? undefined : `failed (${signal ?? `exit code ${code}`})` });
    });
  });
}
