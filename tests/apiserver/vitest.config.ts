import { defineConfig } from 'vitest/config';

/** Beside `npm test`, not in it: what these tests start takes long to compile. They are run by `npm run test:apiserver`. */
export default defineConfig({
  test: {
    name: 'apiserver',
    include: ['tests/apiserver/**/*.test.ts'],
    pool: 'forks',
    env: { NODE_ENV: 'test' },
    globalSetup: ['tests/validators/workspace.ts', 'tests/apiserver/cluster.ts'],
    maxWorkers: 2,
    // Limits that only end a test that hangs.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
