import { beforeAll, expect, test } from 'vitest'
import { expectHome, hostileHoming } from './hostile-homing.ts'
import { buildJudgedProgram } from './judged-program.ts'

beforeAll(() => buildJudgedProgram('hostile-homing'))

test('from next to every limit and through every trouble the arm comes home, or rests with a cause, and breaks nothing', () => {
  const report = hostileHoming(0, 108)
  expectHome(report)
  for (const start of ['anywhere', 'wall', 'floor', 'joint', 'self', 'policy'])
    expect(report.ends[`${start} home`], start).toBeGreaterThan(0)
  for (const trouble of ['stop', 'stops', 'lossy', 'silence', 'reflex', 'user-stop', 'heartbeat', 'end'])
    expect(report.troubles[trouble], trouble).toBeGreaterThan(0)
})
