/** One project per suite; every suite runs TypeScript as ES modules through swc, as the service does after a build. */
const common = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
          keepClassNames: true,
        },
        module: { type: 'es6' },
      },
    ],
  },
  setupFiles: ['<rootDir>/test/support/load-nest-first.mjs'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
};

const suite = (name) => ({
  ...common,
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.spec.ts`],
});

export default {
  projects: [suite('unit'), suite('contract'), suite('e2e'), suite('faults'), suite('browser')],
  maxWorkers: 2,
  testTimeout: 60_000,
};
