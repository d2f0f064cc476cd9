import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin, type Rollup } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  build: {
    outDir: '../dist/client',
    emptyOutDir: true,
    target: 'es2022',
    // Its polyfill would be one more thing to trust; the browsers this page is for know modulepreload.
    modulePreload: false,
    // An inlined asset would be a data: address that the page's Content-Security-Policy refuses.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  plugins: [sizeGate({ script: 60, firstLoad: 90, highlighting: 32, maths: 76 })],
});

/** In KiB, gzipped. */
interface Budget {
  /** Script of the first load. */
  script: number;
  /** All that the first load transfers. */
  firstLoad: number;
  /** The highlighter with all its grammars, each of which comes with the first code in its language. */
  highlighting: number;
  /** What typesets formulas, loaded with the first one. */
  maths: number;
}

/** Fails the build where the page has grown beyond its budget, or where something belongs to no part of it. */
function sizeGate(budget: Budget): Plugin {
  return {
    name: 'rondo-size-gate',
    apply: 'build',
    writeBundle(options, bundle) {
      const size: Budget = { script: 0, firstLoad: 0, highlighting: 0, maths: 0 };
      const files = Object.values(bundle);
      const lazy = lazyParts(files);
      for (const file of files) {
        const kiB = gzipSync(readFileSync(`${options.dir ?? '.'}/${file.fileName}`), { level: 9 }).length / 1024;
        const part = lazy.get(file.fileName);
        size[part ?? 'firstLoad'] += kiB;
        if (file.type === 'chunk' && !part) size.script += kiB;
      }
      const parts = Object.keys(budget) as (keyof Budget)[];
      const report = parts.map((part) => `${part} ${size[part].toFixed(1)} of ${budget[part]} KiB`).join(', ');
      if (parts.some((part) => size[part] > budget[part])) this.error(`The page is too large (gzip): ${report}`);
      this.info(`${report} (gzip)`);
    },
  };
}

/** The files that do not come with the first load, each with the part that it belongs to. */
function lazyParts(files: readonly (Rollup.OutputAsset | Rollup.OutputChunk)[]): Map<string, 'highlighting' | 'maths'> {
  const chunks = files.filter((file) => file.type === 'chunk');
  const first = new Set<string>();
  const add = (name: string): void => {
    first.add(name);
    for (const imported of chunks.find((chunk) => chunk.fileName === name)?.imports ?? []) add(imported);
  };
  for (const chunk of chunks) if (chunk.isEntry) add(chunk.fileName);
  const lazy = new Map<string, 'highlighting' | 'maths'>();
  for (const chunk of chunks) {
    if (first.has(chunk.fileName)) continue;
    const part = chunk.moduleIds.some((id) => id.includes('/maths/')) ? 'maths' : 'highlighting';
    lazy.set(chunk.fileName, part);
  }
  // Browsers load a font with the first text in it.
  for (const { fileName } of files) if (fileName.endsWith('.woff2')) lazy.set(fileName, 'maths');
  return lazy;
}
