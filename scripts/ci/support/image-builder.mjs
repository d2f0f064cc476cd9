import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { flagsAndWords, pairs, parseDockerfile } from './dockerfile.mjs';
import { DockerContext } from './docker-context.mjs';

/** What the registry would be asked again was asked by set-up a moment ago. Every package is checked all the same. */
const STEP_ENVIRONMENT = { ...process.env, npm_config_loglevel: 'error', npm_config_prefer_offline: 'true' };

/**
 * Takes the steps of a Dockerfile one by one, each stage in a folder of its own. What no engine is needed for happens as
 * written: COPY through .dockerignore, RUN by `sh` in the stage's WORKDIR. `standIns` are `{ pattern, why, take? }`:
 * a RUN line that matches is replaced, and the output says so.
 */
export class ImageBuilder {
  /** What the image says of itself: its instructions in lower case, with ENV and LABEL as objects. */
  config = { env: {}, label: {} };
  #stages = new Map();
  #context;
  #folder;
  #standIns;
  #children;

  constructor({ project, folder, standIns, children }) {
    this.#context = new DockerContext(project);
    this.#folder = folder;
    this.#standIns = standIns;
    this.#children = children;
  }

  /** Builds all stages; `runInImage(line, root)` takes the RUN lines of the last and may give a
   * reason for not having done so. Gives the folder that is the image's root. */
  async build(dockerfile, runInImage) {
    const stages = parseDockerfile(readFileSync(dockerfile, 'utf8'));
    const last = stages.at(-1);
    for (const { name, from, steps } of stages) {
      const stage = { root: join(this.#folder, name), workdir: '/' };
      mkdirSync(stage.root, { recursive: true });
      const parent = this.#stages.get(from);
      if (parent !== undefined) {
        cpSync(parent.root, stage.root, { recursive: true });
        stage.workdir = parent.workdir;
      }
      this.#stages.set(name, stage);
      for (const step of steps) await this.#take(step, stage, name === last.name ? runInImage : undefined);
    }
    return this.#stages.get(last.name).root;
  }

  async #take({ keyword, text }, stage, runInImage) {
    if (keyword === 'WORKDIR') {
      stage.workdir = text;
      mkdirSync(inRoot(stage, text), { recursive: true });
    } else if (keyword === 'COPY') {
      await this.#copy(text, stage);
    } else if (keyword === 'RUN') {
      await this.#run(text, stage, runInImage);
    } else if (runInImage !== undefined) {
      this.#note(keyword, text, stage);
    }
  }

  async #copy(text, stage) {
    const { flags, words } = flagsAndWords(text);
    const sources = words.slice(0, -1);
    const target = inRoot(stage, posix.resolve(stage.workdir, words.at(-1)));
    if (flags.from === undefined) return this.#context.copy(sources, target);
    const from = this.#stages.get(flags.from);
    // Sources are folders here, whose content COPY puts into the target. `cp` keeps links as they are.
    mkdirSync(target, { recursive: true });
    for (const source of sources) await this.#children.run('cp', ['-a', `${inRoot(from, source)}/.`, target]);
  }

  async #run(text, stage, runInImage) {
    const started = performance.now();
    const whyNot = await this.#runOrNot(text, stage, runInImage);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(whyNot === undefined ? `  ${seconds} s: ${text}` : `  not run: ${text}\n    ${whyNot}`);
  }

  async #runOrNot(text, stage, runInImage) {
    const cwd = inRoot(stage, stage.workdir);
    const standIn = this.#standIns.find(({ pattern }) => pattern.test(text));
    if (standIn !== undefined) {
      await standIn.take?.(cwd);
      return standIn.why;
    }
    if (runInImage !== undefined) return runInImage(text, stage.root);
    await this.#children.run('sh', ['-c', text], { cwd, env: STEP_ENVIRONMENT });
    return undefined;
  }

  #note(keyword, text, stage) {
    const name = keyword.toLowerCase();
    this.config.workdir = stage.workdir;
    if (keyword === 'ENV' || keyword === 'LABEL') Object.assign(this.config[name], pairs(text));
    else this.config[name] = text;
  }
}

function inRoot({ root }, path) {
  return join(root, path);
}
