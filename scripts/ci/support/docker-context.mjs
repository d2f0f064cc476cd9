import { cpSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';

/** The files that a container engine would get to see: those of `folder` that its .dockerignore lets through. */
export class DockerContext {
  #rules;

  constructor(folder) {
    this.folder = folder;
    const lines = readFileSync(join(folder, '.dockerignore'), 'utf8').split('\n');
    const patterns = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
    this.#rules = patterns.map((line) => ({ keep: line.startsWith('!'), pattern: matcher(line.replace(/^!/, '')) }));
  }

  /** The last rule that matches a path, or a folder above it, decides. */
  has(path) {
    const last = this.#rules.findLast(({ pattern }) => pattern.test(path));
    return last === undefined || last.keep;
  }

  /** As COPY: a folder's content into `target`, files into the folder `target`. */
  copy(sources, target) {
    for (const source of sources) {
      const from = join(this.folder, source);
      if (!existsSync(from) || !this.has(source)) {
        throw new Error(`COPY ${source}: it is not there, or .dockerignore keeps it out`);
      }
      const into = statSync(from).isDirectory() ? target : join(target, basename(source));
      mkdirSync(target, { recursive: true });
      cpSync(from, into, { recursive: true, filter: (file) => this.has(this.#pathOf(file)) });
    }
  }

  #pathOf(file) {
    return relative(this.folder, file).split(sep).join('/');
  }
}

/** `*` and `?` stay within one part of a path; a pattern matches what is below it too. */
function matcher(pattern) {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}(/|$)`);
}
