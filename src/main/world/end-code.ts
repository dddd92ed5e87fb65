import { EndCode as ArmEndCode } from '../platform/native-arm.ts'

/**
 * Why a world ended an episode in its step. Beyond those of the arm: `terminal`, a true end of the decision process;
 * `unstable`, the simulation has no finite next state and the row of this step is not filled.
 */
export const EndCode = { ...ArmEndCode, terminal: 4, unstable: 5 } as const
