import type { Reporter, TestModule } from 'vitest/node'

/** Ends a run with one plain line, so that a reader or a script sees at a glance that tests ran at all. */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    for (const module of modules) {
      let failed = 0
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        count[state] += 1
        if (state === 'failed') failed += 1
      }
      // A file that cannot be loaded, or whose preparation fails, has no failed test and has failed all the same.
      if (module.state() === 'failed' && failed === 0) count.failed += 1
    }
    console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped + count.pending} skipped`)
  }
}
