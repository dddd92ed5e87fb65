import { curationRouter } from './curation.ts'
import { datasetRouter } from './dataset.ts'
import { evaluationRouter } from './evaluation.ts'
import { exchangeRouter } from './exchange.ts'
import { experimentRouter } from './experiment.ts'
import { learnerRouter } from './learner.ts'
import { policyRouter } from './policy.ts'
import { replayRouter } from './replay.ts'
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
  curation: curationRouter,
  learner: learnerRouter,
  policy: policyRouter,
  evaluation: evaluationRouter,
  experiment: experimentRouter,
  exchange: exchangeRouter,
  replay: replayRouter,
})

export type StationRouter = typeof apiRouter
