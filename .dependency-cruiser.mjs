/** Which room of `src` may import which others: DESIGN's table. A room that is not listed here may not exist. */
const ROOMS = {
  wire: [],
  config: ['wire'],
  lifecycle: ['wire'],
  metrics: ['wire'],
  logging: ['config', 'wire'],
  providers: ['config', 'metrics', 'wire'],
  history: ['config', 'metrics', 'wire'],
  http: ['config', 'metrics', 'wire'],
  identity: ['config', 'history', 'http', 'metrics', 'wire'],
  limits: ['config', 'http', 'identity', 'metrics', 'wire'],
  page: ['config', 'http', 'identity'],
  health: ['config', 'history', 'identity', 'lifecycle', 'metrics', 'providers', 'wire'],
  openai: ['chat', 'config', 'history', 'http', 'identity', 'limits', 'providers', 'wire'],
  chat: ['config', 'history', 'http', 'identity', 'lifecycle', 'limits', 'logging', 'metrics', 'providers', 'wire'],
};

const only = (name, comment, packages, allowed) => ({
  name,
  comment,
  severity: 'error',
  from: { path: '^(src|simulator|client)/', pathNot: allowed },
  to: { path: `^node_modules/(${packages})/` },
});

const roomRules = Object.entries(ROOMS).map(([room, imports]) => ({
  name: `room-${room}`,
  comment: `src/${room} may import only: ${imports.join(', ') || 'nothing'}`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: {
    path: '^(src|simulator|client|bench|test|scripts|docs)/',
    pathNot: `^src/(${[room, ...imports].join('|')})/`,
  },
}));

export default {
  forbidden: [
    ...roomRules,
    {
      name: 'known-rooms',
      comment: 'A new room needs a line in ROOMS.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: `^src/(${Object.keys(ROOMS).join('|')})/` },
      to: {},
    },
    {
      name: 'no-cycles',
      comment: 'A cycle crashes at import, in ESM with decorator metadata.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'round-robin-is-plain',
      comment: 'Hedging and the floor for slow providers come last: the order of providers knows nothing of them.',
      severity: 'error',
      from: { path: '^src/providers/routing/round-robin' },
      to: { path: '^src/providers/routing/(hedge|throughput)', reachable: true },
    },
    {
      name: 'client-knows-the-wire-only',
      severity: 'error',
      from: { path: '^client/' },
      to: { path: '^(src|simulator|bench|test)/', pathNot: '^src/wire/' },
    },
    {
      name: 'client-takes-types-only',
      comment: 'The page shares the contract with the service, but no code.',
      severity: 'error',
      from: { path: '^client/' },
      to: { path: '^src/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'client-logic-knows-no-view',
      comment: 'Views import logic, never the other way round; app connects the two.',
      severity: 'error',
      from: { path: '^client/src/(api|chat|state|stream)/' },
      to: { path: '^client/src/(app|highlight|markdown|maths|view)/' },
    },
    {
      name: 'client-views-know-no-wiring',
      severity: 'error',
      from: { path: '^client/src/(highlight|markdown|maths|view)/' },
      to: { path: '^client/src/(app/|api/chat-api[.]ts$)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'simulator-stands-alone',
      comment: 'It imitates providers; sharing code with the service would share its mistakes.',
      severity: 'error',
      from: { path: '^simulator/' },
      to: { path: '^(src|client|bench|test)/' },
    },
    {
      name: 'bench-measures-from-outside',
      comment: 'Only its micro part takes single steps of the service and the page.',
      severity: 'error',
      from: { path: '^bench/', pathNot: '^bench/micro/' },
      to: { path: '^(src|client|simulator|test)/' },
    },
    only(
      'prom-client-in-one-file',
      'Behind the Metrics port.',
      'prom-client',
      '^src/metrics/prometheus[.]metrics[.]ts$',
    ),
    only('database-behind-its-port', '', 'typeorm|@nestjs/typeorm', '^src/history/(typeorm/|history[.]module[.]ts$)'),
    only('sqlite-driver-in-its-dialect', '', 'sqlite3', '^src/history/typeorm/sqlite/'),
    {
      name: 'dialects-behind-their-interface',
      comment: 'dialects.ts chooses one by URL scheme; everything else knows SqlDialect alone.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/history/typeorm/(sqlite/|dialects[.]ts$)' },
      to: { path: '^src/history/typeorm/sqlite/' },
    },
    only('undici-in-upstream', '', 'undici', '^src/providers/upstream/'),
    only(
      'tokenizer-in-its-thread',
      'It would block the event loop.',
      'gpt-tokenizer',
      '^src/providers/tokens/o200k[.]worker[.]ts$',
    ),
    {
      name: 'no-dev-dependency-at-run-time',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'listed-in-package-json',
      severity: 'error',
      from: { path: '^(src|simulator|client|bench)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // They have packages of their own, which need not be installed.
    exclude: { path: '^bench/peers/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
