import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** However they are written: as a member, an index, an attribute, a key. */
const HTML_SINKS =
  '^(innerHTML|outerHTML|srcdoc|insertAdjacentHTML|setHTMLUnsafe|parseHTMLUnsafe|createContextualFragment|DOMParser|writeln)$';
const NO_CAST = {
  selector: 'TSAsExpression > TSAsExpression[typeAnnotation.type="TSUnknownKeyword"]',
  message: 'A cast by way of unknown hides what the types say: check the value, or type where it comes from.',
};
const NO_HTML = 'A string must not become HTML: build nodes.';

/** Typed rules; what TypeScript itself and Prettier see is left to them. */
export default tseslint.config(
  { ignores: ['**/node_modules', '**/dist', 'data', 'coverage', '.e2e'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['client/vite.config.ts'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      'no-restricted-syntax': ['error', NO_CAST],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-eval': 'error',
      'no-implied-eval': 'off', // the typed rule sees more
      'no-console': 'error',
      'max-lines': ['error', { max: 200, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // `import type` would lose the classes that Nest injects by type.
      '@typescript-eslint/consistent-type-imports': 'off',
      // Nest's modules are classes with nothing but decorators.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off', // Promise.withResolvers<void>()
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true, allowThrowingAny: true }],
      // A string is spread to get at its code points.
      '@typescript-eslint/no-misused-spread': 'off',
      // Request and reply classes carry decorators for validation and OpenAPI; what travels are plain objects.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // An index that the code around it proves is written `!`; optional chaining would hide a broken proof.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/config/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only src/config reads the environment.' },
      ],
    },
  },
  {
    files: ['client/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        NO_CAST,
        { selector: `Identifier[name=/${HTML_SINKS}/]`, message: NO_HTML },
        { selector: `Literal[value=/${HTML_SINKS}/]`, message: NO_HTML },
        { selector: 'MemberExpression[object.name="document"][property.name="write"]', message: NO_HTML },
        { selector: 'NewExpression[callee.name="Function"]', message: 'A string must not become code.' },
      ],
    },
  },
  {
    files: ['simulator/**/*.ts', 'bench/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': 'off',
      'no-console': 'off',
      // supertest, Jest's matchers and parsed JSON are of type any.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    extends: [tseslint.configs.recommended],
    rules: { 'max-lines': ['error', { max: 200, skipBlankLines: true, skipComments: true }] },
  },
  prettier,
);
