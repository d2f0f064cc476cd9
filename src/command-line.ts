import { VERSION } from './config/version.js';

/** The exit code that tells a shell of a wrong call. */
const MISUSED = 2;

/**
 * What a program was called with besides options. `--help` and `--version` are answered here, and an unknown option is
 * refused with exit code 2: then it is undefined, and nothing else is to be done.
 */
export function operandsOf(args: readonly string[], help: string): readonly string[] | undefined {
  if (args.some((word) => word === '--help' || word === '-h')) {
    process.stdout.write(help);
    return undefined;
  }
  if (args.some((word) => word === '--version' || word === '-v')) {
    process.stdout.write(`${VERSION}\n`);
    return undefined;
  }
  const option = args.find((word) => word.startsWith('-'));
  if (option === undefined) return args;
  refuse(`unknown option ${JSON.stringify(option)}; options: --help, --version`, help);
  return undefined;
}

/** Ends the program with exit code 2 and a sentence. */
export function refuse(why: string, help: string): void {
  process.stderr.write(`${why}\n\n${help}`);
  process.exitCode = MISUSED;
}
