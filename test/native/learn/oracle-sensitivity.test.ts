import { describe, expect, test } from 'vitest'
import { bcqOracle } from '../../oracle/bcq.ts'
import { compare, tolerance } from '../../oracle/compare.ts'
import { ComparedUpdate } from '../../oracle/compared-update.ts'
import { cqlOracle } from '../../oracle/cql.ts'
import { makeDataset } from '../../oracle/dataset.ts'
import { iqlOracle } from '../../oracle/iql.ts'
import type { Oracle } from '../../oracle/oracle.ts'
import { sacOracle } from '../../oracle/sac.ts'
import { td3BcOracle, td3Oracle } from '../../oracle/td3.ts'

describe('the comparison catches a loss with a coefficient that is wrong by 1 %', () => {
  const off = 0.99
  catches('TD3', td3Oracle('paper'), {
    discount: td3Oracle('paper', { discount: 0.99 * off }),
    smoothing: td3Oracle('paper', { smoothing: 0.2 * off }),
    'clip of the smoothing': td3Oracle('paper', { smoothingClip: 0.5 * off }),
  })
  // The actor learns in every second update.
  catches('TD3+BC', td3BcOracle('paper'), { 'weight of the value': td3BcOracle('paper', { valueWeight: 2.5 * off }) }, 6)
  catches('BCQ', bcqOracle('paper'), {
    discount: bcqOracle('paper', { discount: 0.99 * off }),
    bound: bcqOracle('paper', { bound: 0.05 * off }),
    'clip of the latent vector': bcqOracle('paper', { latentClip: 0.5 * off }),
    'weight of the minimum': bcqOracle('paper', { minimumWeight: 0.75 * off }),
  })
  catches('IQL', iqlOracle('paper'), {
    discount: iqlOracle('paper', { discount: 0.99 * off }),
    expectile: iqlOracle('paper', { expectile: 0.7 * off }),
    temperature: iqlOracle('paper', { temperature: 3 * off }),
  })
  catches('CQL', cqlOracle('modern'), {
    discount: cqlOracle('modern', { discount: 0.99 * off }),
    'weight of the penalty': cqlOracle('modern', { penaltyWeight: 10 * off }),
    'temperature of the penalty': cqlOracle('modern', { penaltyTemperature: off }),
  })
  catches('SAC', sacOracle('paper'), {
    discount: sacOracle('paper', { discount: 0.99 * off }),
    'reward scale': sacOracle('paper', { rewardScale: 5 * off }),
    'weight of the entropy': sacOracle('paper', { entropyWeight: off }),
  })
})

function catches<Name extends string, Draw>(
  title: string,
  right: Oracle<Name, Draw>,
  wrongs: Record<string, Oracle<Name, Draw>>,
  update = 5,
): void {
  test.each(Object.entries(wrongs))(`${title}: %s`, async (_, wrong) => {
    const made = await ComparedUpdate.make(makeDataset(), right, update)
    expect(compare(made.losses, made.tensorLosses(right)).worst).toBeLessThanOrEqual(tolerance)
    expect(compare(made.losses, made.tensorLosses(wrong)).worst).toBeGreaterThan(5 * tolerance)
  })
}
