import type { Reporter, TestCase, TestModule } from 'vitest/node'

/**
 * Ends a run with one plain line, so that a reader or a script sees at a glance that tests ran at all. Before it, one
 * line for each test that failed first and passed when it was tried again: it is green and wants a look.
 */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    const again: TestCase[] = []
    for (const module of modules) {
      let failed = 0
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        count[state] += 1
        if (state === 'failed') failed += 1
        if (test.diagnostic()?.flaky) again.push(test)
      }
      // A file that cannot be loaded, or whose preparation fails, has no failed test and has failed all the same.
      if (module.state() === 'failed' && failed === 0) count.failed += 1
    }
    for (const test of again)
      console.log(`second try: ${test.module.relativeModuleId} > ${test.fullName}: ${whyOf(test)}`)
    console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped + count.pending} skipped`)
  }
}

/** What the first try failed of, in one line. */
function whyOf(test: TestCase): string {
  return test.result().errors?.[0]?.message.split('\n', 1)[0] ?? 'no reason was kept'
}
