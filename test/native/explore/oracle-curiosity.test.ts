import { describeAgreement } from '../../oracle/agreement-suite.ts'
import { aptModel } from '../../oracle/apt.ts'
import { disagreementModel } from '../../oracle/disagreement.ts'
import { exploredUpdate } from '../../oracle/explored-update.ts'
import { explorerOracle } from '../../oracle/explorer.ts'
import { icmModel } from '../../oracle/icm.ts'

for (const mode of ['published', 'paper', 'modern'] as const) {
  // A rectified deviation of the published agent comes close to 0, where its logarithm is steep.
  const tolerance = mode === 'published' ? 1e-4 : 1e-5
  describeAgreement(`ICM ${mode}`, explorerOracle(icmModel, mode), { make: exploredUpdate, tolerance })
  describeAgreement(`APT ${mode}`, explorerOracle(aptModel, mode), { make: exploredUpdate, tolerance })
  describeAgreement(`Disagreement ${mode}`, explorerOracle(disagreementModel, mode), { make: exploredUpdate, tolerance })
}
