/**
 * Records the datasets `arm`, `locomotion` and `skills` in a folder, and `expected.json` with what they hold: of each
 * episode its steps, end reason and sums, and the rows at both ends.
 *   node make_datasets.ts FOLDER
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RecordedEpisode } from '../../../src/main/dataset/dataset-reader.ts'
import { KINDS, contentOf, recordRandom } from '../../main/formats/datasets-of-all-kinds.ts'

const folder = process.argv[2] ?? '.'
const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0)

function expectedOf(episode: RecordedEpisode, S: number, A: number) {
  const { steps, observations, policyActions, sentActions, rewards, tooltip, end } = episode
  return {
    number: episode.episode,
    steps,
    end_reason: end.reason,
    end_message: end.message,
    observations_sum: sum(observations),
    policy_actions_sum: sum(policyActions),
    sent_actions_sum: sum(sentActions),
    rewards_sum: sum(rewards),
    tooltip_sum: sum(tooltip),
    first_observation: [...observations.subarray(0, S)],
    last_observation: [...observations.subarray(steps * S)],
    first_action: [...policyActions.subarray(0, A)],
    last_action: [...policyActions.subarray((steps - 1) * A)],
  }
}

const expected = KINDS.map((kind, i) => {
  const path = join(folder, `${kind}.forager`)
  recordRandom(path, { kind, seed: 11 + i, episodes: 9, longest: 30, notes: 'Prüfung 検査 🤖' })
  const { sheet, episodes } = contentOf(path)
  return [kind, { sheet, episodes: episodes.map((e) => expectedOf(e, sheet.observation.length, sheet.action.length)) }]
})
writeFileSync(join(folder, 'expected.json'), JSON.stringify(Object.fromEntries(expected)))
