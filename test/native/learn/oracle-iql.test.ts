import { describeAgreement } from '../../oracle/agreement-suite.ts'
import { makeTipDataset } from '../../oracle/dataset.ts'
import { iqlOracle } from '../../oracle/iql.ts'
import { toAnyPoint } from '../../oracle/oracle.ts'

for (const mode of ['published', 'paper', 'modern'] as const) describeAgreement(`IQL ${mode}`, iqlOracle(mode))
describeAgreement('IQL with scaled rewards', iqlOracle('paper', { scaleRewards: true }), { settings: { scaleRewards: 1 } })
describeAgreement('IQL with weights at their bound', iqlOracle('paper', { weightClip: 1.2 }), { settings: { weightClip: 1.2 } })
describeAgreement('IQL to any point', toAnyPoint(iqlOracle('modern')), { data: makeTipDataset() })
