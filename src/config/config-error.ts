/** The environment can't be used as it is. `problems` are sentences that begin with a variable's name; none holds a value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly string[]) {
    super(
      ['Rondo cannot start; the environment has to change:', ...problems.map((problem) => `  - ${problem}`)].join('\n'),
    );
  }
}
