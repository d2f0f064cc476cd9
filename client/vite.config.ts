import { defineConfig } from 'vite';
import { sizeGate } from './size-gate.ts';

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
