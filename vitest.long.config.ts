import { defineConfig } from 'vitest/config'

/** The long lane: packaging, crash storms, fuzzing, learning curves. */
export default defineConfig({
  test: {
    include: ['test/**/*.long.test.ts'],
    globalSetup: './test/temporary-files.ts',
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 1_800_000,
    // A loaded machine is no failure: polls wait as long as a person would.
    expect: { poll: { timeout: 60_000 } },
    hookTimeout: 1_800_000,
    reporters: ['default', './test/closing-line-reporter.ts'],
  },
})
