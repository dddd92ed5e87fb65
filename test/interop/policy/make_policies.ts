/**
 * Makes the policy folders `actor`, `noisy`, `bcq` and `bcq_twice` in a folder, and `actions.json` with what each of them does:
 * observations [n][14], the noise [n][drawn for an action], and the native actions [n][7].
 *   node make_policies.ts FOLDER
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { native } from '../../../src/main/platform/native.ts'
import { writePolicy } from '../../../src/main/policy/policy-folder.ts'
import { actorParts, bcqParts, drawsOf, noisyParts, policySheet } from '../../main/policy/synthetic-policy.ts'
import { RandomStream } from '../../native/learn/random-stream.ts'

const folder = process.argv[2] ?? '.'
const observations = Array.from({ length: 50 }, (_, step) =>
  Float32Array.from({ length: 14 }, (_, i) => Math.fround(2 * Math.sin(step + 3 * i))),
)
const policies = { actor: actorParts(), noisy: noisyParts(), bcq: bcqParts(), bcq_twice: bcqParts(true) }
const rows = Object.entries(policies).map(([name, parts]) => {
  writePolicy(join(folder, name), policySheet(parts), parts)
  const policy = new native.Policy(parts)
  policy.reset(5)
  const stream = new RandomStream(5, 'policy')
  const actions = observations.map((observation) => {
    const action = new Float32Array(7)
    policy.act(observation, action)
    return [...action]
  })
  return [name, { noise: observations.map(() => stream.normals(drawsOf(parts))), actions }]
})
const content = { observations: observations.map((each) => [...each]), ...Object.fromEntries(rows) }
writeFileSync(join(folder, 'actions.json'), JSON.stringify(content))
