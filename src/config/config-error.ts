/**
 * The environment cannot be used as it is. Each of `problems` is a sentence that begins with a variable's name. So is
 * each of `ignored`, about a variable without effect: it may be the cause. None holds a value.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(
    readonly problems: readonly string[],
    ignored: readonly string[] = [],
  ) {
    const lines = ['Rondo cannot start; the environment has to change:', ...problems.map(listed)];
    if (ignored.length > 0) lines.push('What is set and has no effect:', ...ignored.map(listed));
    super(lines.join('\n'));
  }
}

function listed(sentence: string): string {
  return `  - ${sentence}`;
}
