import { armModel } from '../../src/main/platform/arm-model.ts'
import type { ArmModel } from '../../src/main/platform/native-arm-model.ts'

/**
 * The Panda with the supervisor's times so long that other programs on this machine cannot break them: late states and late
 * actions are then no finding of a test.
 */
export function patientArmModel(): ArmModel {
  const model = armModel()
  return { ...model, supervisor: { ...model.supervisor, stateAgeLost: 30, controlAge: 15, policyAgeStop: 30 } }
}
