import { defineConfig } from 'vitest/config';

const folder = (name: string, more: object = {}) => ({
  extends: true as const,
  test: { name, include: [`tests/${name}/**/*.test.{ts,tsx}`], ...more },
});

export default defineConfig({
  test: {
    pool: 'forks',
    // With CI set Ink does not draw (it asks is-in-ci), and a pty stays blank.
    env: { CI: 'false', NODE_ENV: 'test' },
    // Limits that only end a test that hangs; no test measures time.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      folder('unit'),
      folder('ui'),
      folder('contract', { testTimeout: 120_000 }),
      // These run the built program. Each has a screen and a cluster of its own, so two at a time fill two cores.
      folder('pty', { globalSetup: ['tests/support/built.ts'], maxWorkers: 2, testTimeout: 60_000 }),
      // Real tools look at what the built program renders; tests/validators/install brings them.
      folder('validators', { globalSetup: ['tests/validators/workspace.ts'], testTimeout: 120_000 }),
    ],
  },
});
