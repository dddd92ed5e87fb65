import { defineConfig } from 'vitest/config'

/**
 * Tests with an arm in real time. They run alone: side by side they would starve each other's arm. test/alone.test.ts finds
 * one that is missing here.
 */
export const ALONE = [
  'test/journeys/**/*.test.ts',
  'test/main/api/{journey,robot}.test.ts',
  'test/main/dataset/durability/real-time.test.ts',
  'test/main/evaluation/evaluation.test.ts',
  'test/main/robot/**/*.test.ts',
  'test/main/serve.test.ts',
  'test/main/session/{failing-end,learning-arm,stopped-session,unattended-runs}.test.ts',
  'test/main/verbs/{incident,real-arm,sim-panda}.test.ts',
  'test/main/ways-out/*.test.ts',
  'test/native/fci/*.test.ts',
  'test/renderer/dataset/replay-window.test.ts',
  'test/renderer/robot/*-window.test.ts',
  'test/renderer/session/*-window.test.ts',
  'test/renderer/state/stop.test.ts',
]

const LONG = 'test/**/*.long.test.ts'

/** The short lane: everything real, under ten minutes on two cores. Files named *.long.test.ts belong to the long lane. */
export default defineConfig({
  test: {
    reporters: ['default', './test/closing-line-reporter.ts'],
    globalSetup: './test/temporary-files.ts',
    // Each file in a process of its own: native threads, sockets and SQLite files must not leak between files.
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A loaded machine is no failure: polls wait as long as a person would.
    expect: { poll: { timeout: 60_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'side by side',
          include: ['test/**/*.test.ts'],
          exclude: [LONG, ...ALONE],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: ALONE,
          exclude: [LONG],
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
          // A real-time arm stops by design when the machine stalls; a second try tells that from a defect.
          retry: 1,
        },
      },
    ],
  },
})
