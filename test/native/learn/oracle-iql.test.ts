import { describeAgreement } from '../../oracle/agreement-suite.ts'
import { iqlModes, iqlOracle } from '../../oracle/iql.ts'

for (const mode of ['published', 'paper', 'modern'] as const) describeAgreement(`IQL ${mode}`, iqlOracle(mode))
describeAgreement('IQL with scaled rewards', iqlOracle('paper', { ...iqlModes.paper, scaleRewards: true }))
describeAgreement('IQL with weights at their bound', iqlOracle('paper', { ...iqlModes.paper, weightClip: 1.2 }))
