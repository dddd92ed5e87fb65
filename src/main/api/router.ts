import { datasetRouter } from './dataset.ts'
import { evaluationRouter } from './evaluation.ts'
import { experimentRouter } from './experiment.ts'
import { learnerRouter } from './learner.ts'
import { policyRouter } from './policy.ts'
import { robotRouter } from './robot.ts'
import { sessionRouter } from './session.ts'
import { stationRouter } from './station.ts'
import { router } from './trpc.ts'

/** Everything the window can ask of the station, one router per word. */
export const apiRouter = router({
  station: stationRouter,
  robot: robotRouter,
  session: sessionRouter,
  dataset: datasetRouter,
  learner: learnerRouter,
  policy: policyRouter,
  evaluation: evaluationRouter,
  experiment: experimentRouter,
})

export type StationRouter = typeof apiRouter
