/**
 * The environment can't be used as it is. `problems` are sentences that begin with a variable's name, and so are those in
 * `ignored`, about what is set and has no effect: the cause may lie there. None holds a value.
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
