import { defineConfig } from 'vitest/config'

/** The short lane: everything real, under ten minutes on two cores. Files named *.long.test.ts belong to the long lane. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.long.test.ts'],
    // Each file in a process of its own: native threads, sockets and SQLite files must not leak between files.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    // A loaded machine is no failure: polls wait as long as a person would.
    expect: { poll: { timeout: 60_000 } },
    hookTimeout: 120_000,
    reporters: ['default', './test/closing-line-reporter.ts'],
  },
})
