import { describeAgreement } from '../../oracle/agreement-suite.ts'
import { cqlOracle } from '../../oracle/cql.ts'
import { makeTipDataset } from '../../oracle/dataset.ts'
import { toAnyPoint } from '../../oracle/oracle.ts'

for (const mode of ['published', 'paper', 'modern'] as const) describeAgreement(`CQL ${mode}`, cqlOracle(mode))
describeAgreement('CQL after cloning', cqlOracle('paper', { cloningUpdates: 1 }), { settings: { cloningUpdates: 1 } })
describeAgreement('CQL at another temperature', cqlOracle('modern', { penaltyTemperature: 0.6 }), {
  settings: { penaltyTemperature: 0.6 },
})
describeAgreement('CQL with a learned multiplier', cqlOracle('paper', { lagrangeThreshold: 5 }), {
  settings: { lagrangeThreshold: 5 },
})
describeAgreement('CQL to any point', toAnyPoint(cqlOracle('modern')), { data: makeTipDataset() })
