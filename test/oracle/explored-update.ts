import { native } from '../../src/main/platform/native.ts'
import { StepEnd } from '../../src/main/platform/native-explore.ts'
import { push } from '../native/explore/walk.ts'
import { ComparedUpdate, seed } from './compared-update.ts'
import { actions, states } from './dataset.ts'
import type { Dataset, Transition } from './dataset.ts'
import { recalled } from './explorer.ts'
import type { Oracle } from './oracle.ts'

/** An explorer recalls the dataset and explores on; each step is an update, the last one is compared. */
export function exploredUpdate<Name extends string, Draw>(
  dataset: Dataset,
  { learner, mode, sizes }: Oracle<Name, Draw>,
  update: number,
  settings: Record<string, number> = {},
): Promise<ComparedUpdate<Name, Draw>> {
  const explorer = native.createExplorer({
    explorer: learner,
    mode,
    observationSize: states,
    actionSize: actions,
    seed,
    settings: { ...sizes, ...settings },
    keepGradients: true,
  })
  const data = dataset.data.slice(0, recalled)
  const episodes = inEpisodes(data)
  episodes.forEach((transitions, i) =>
    explorer.recall({
      episode: i + 1,
      steps: transitions.length,
      observations: Float32Array.from(
        [(transitions[0] as Transition).s, ...transitions.map(({ next }) => next)].flat(),
      ),
      actions: Float32Array.from(transitions.flatMap(({ a }) => a)),
      terminal: (transitions.at(-1) as Transition).terminal,
    }),
  )
  explorer.beginEpisode(episodes.length + 1)
  const state = new Float32Array(states).fill(0.3)
  const action = new Float32Array(actions)
  let before = explorer.networks()
  for (let made = 0; made < update; made++) {
    const s = [...state]
    explorer.act(state, action)
    push(state, action)
    explorer.observe(state, StepEnd.none)
    data.push({ s, a: [...action], r: NaN, next: [...state], terminal: false, end: false })
    before = explorer.networks()
    explorer.learn()
  }
  const { losses } = explorer.learning()
  const made = { before, after: explorer.networks(), losses, gradients: explorer.gradients() }
  explorer.close()
  return Promise.resolve(new ComparedUpdate({ ...dataset, data }, update, made))
}

function inEpisodes(data: Transition[]): Transition[][] {
  const episodes: Transition[][] = [[]]
  for (const transition of data) {
    episodes.at(-1)?.push(transition)
    if (transition.end) episodes.push([])
  }
  return episodes.filter((transitions) => transitions.length > 0)
}
