/** Lint: TypeScript's strict rules with types, the import walls of tools/walls.mjs, and the sizes of the house style. */
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

import { depConstraints, MAY_READ_ENV, MAY_SPAWN } from './tools/walls.mjs';

const SPECS = [
  '**/*.spec.ts',
  '**/testing/**/*.ts',
  'libs/testing/**/*.ts',
  'e2e/**/*.ts',
  'chaos/**/*.ts',
  'bench/**/*.ts',
];
const OUTSIDE_PROJECTS = ['e2e/**/*.ts', 'chaos/**/*.ts', 'bench/**/*.ts', 'tools/**/*.ts', '*.ts'];

const boundaries = (specs) => ({
  '@nx/enforce-module-boundaries': [
    'error',
    { depConstraints: depConstraints({ specs }), checkDynamicDependenciesExceptions: ['.*'] },
  ],
});

const tooMany = (node) => `${node}[params.length>3]`;
const SIZES = {
  'max-lines': ['error', { max: 400 }],
  'max-lines-per-function': ['error', { max: 60, skipComments: true, skipBlankLines: true }],
  // `max-params` would also count constructors, where Nest and the use cases list what they are given.
  'no-restricted-syntax': [
    'error',
    ...[
      tooMany('FunctionDeclaration'),
      tooMany('ArrowFunctionExpression'),
      `MethodDefinition[kind="method"] > ${tooMany('FunctionExpression')}`,
    ].map((selector) => ({ selector, message: 'At most three parameters; then one object.' })),
  ],
};

const STRICT = {
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
  '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrors: 'none' }],
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
  '@typescript-eslint/require-await': 'off', // a port's method is async also where a fake has nothing to wait for
  '@typescript-eslint/no-meaningless-void-operator': 'off', // `=> void (await x)` says that the value is dropped
  eqeqeq: ['error', 'always', { null: 'ignore' }],
  'no-console': 'error',
};

const ENV_MESSAGE = 'The environment is read in libs/config only.';
const noEnv = {
  'no-restricted-properties': ['error', { object: 'process', property: 'env', message: ENV_MESSAGE }],
};

const ENV_IMPORT = ['process', 'node:process'].map((name) => ({
  name,
  importNames: ['env'],
  message: ENV_MESSAGE,
}));
const REQUIRE_IMPORT = ['module', 'node:module'].map((name) => ({
  name,
  importNames: ['createRequire'],
  message: 'createRequire goes around the import walls.',
}));
const SPAWN_IMPORT = ['child_process', 'node:child_process'].map((name) => ({
  name,
  message: 'Programs are started in libs/vcs and apps/runner only (tools/walls.mjs).',
}));
const noImports = (...lists) => ({ 'no-restricted-imports': ['error', { paths: lists.flat() }] });

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/',
      '**/dist/',
      '.data/',
      '.nx/',
      'coverage/',
      'libs/persistence/src/generated/',
      'libs/sdk/src/generated/',
      'examples/',
      '**/fixtures/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error', noInlineConfig: true } },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...STRICT,
      ...SIZES,
      ...boundaries(false),
      ...noEnv,
      ...noImports(ENV_IMPORT, REQUIRE_IMPORT, SPAWN_IMPORT),
    },
  },
  { files: MAY_SPAWN, rules: noImports(ENV_IMPORT, REQUIRE_IMPORT) },
  { files: MAY_READ_ENV, rules: { 'no-restricted-properties': 'off' } },
  {
    files: SPECS,
    rules: {
      ...boundaries(true),
      ...noImports(REQUIRE_IMPORT),
      'no-restricted-properties': 'off', // children of tests get our environment
      'no-restricted-syntax': 'off', // tables of cases have as many columns as they need
      'max-lines-per-function': 'off', // a describe block is a list
      '@typescript-eslint/unbound-method': 'off', // jest's expect takes methods as values
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: OUTSIDE_PROJECTS,
    rules: {
      '@nx/enforce-module-boundaries': 'off',
      'no-restricted-properties': 'off',
      'no-restricted-imports': 'off',
      'no-console': 'off',
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    rules: {
      'no-unused-vars': 'error',
      'prefer-const': 'error',
      eqeqeq: 'error',
      'max-lines': SIZES['max-lines'],
    },
  },
);
