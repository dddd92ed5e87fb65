import { describeAgreement } from '../../oracle/agreement-suite.ts'
import { bcqOracle } from '../../oracle/bcq.ts'

for (const mode of ['published', 'paper', 'modern'] as const) describeAgreement(`BCQ ${mode}`, bcqOracle(mode))
