import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

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
  plugins: [sizeGate({ scriptKiB: 60, firstLoadKiB: 90 })],
});

interface Budget {
  /** All script together, gzipped, whether loaded at first or later. */
  scriptKiB: number;
  /** All that the first view of the page transfers, gzipped. */
  firstLoadKiB: number;
}

/** Fails the build where the page has grown beyond its budget. */
function sizeGate(budget: Budget): Plugin {
  return {
    name: 'rondo-size-gate',
    apply: 'build',
    writeBundle(options, bundle) {
      let script = 0;
      let firstLoad = 0;
      for (const file of Object.values(bundle)) {
        const size = gzipSync(readFileSync(`${options.dir ?? '.'}/${file.fileName}`), { level: 9 }).length / 1024;
        if (file.type === 'chunk') script += size;
        if (file.type === 'asset' || !file.isDynamicEntry) firstLoad += size;
      }
      const scripts = `script ${script.toFixed(1)} of ${budget.scriptKiB} KiB`;
      const report = `${scripts}, first load ${firstLoad.toFixed(1)} of ${budget.firstLoadKiB} KiB (gzip)`;
      if (script > budget.scriptKiB || firstLoad > budget.firstLoadKiB) this.error(`The page is too large: ${report}`);
      this.info(report);
    },
  };
}
