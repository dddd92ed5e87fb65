import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { refusal } from '../../contract/problem.ts'
import { JOINTS, vector3Schema } from '../../contract/robot.ts'
import type { ArmLimits } from '../../contract/robot.ts'
import { appRoot } from './app-root.ts'
import type { ArmModel } from './native.ts'

const joints = z.array(z.number()).length(JOINTS)

/** assets/panda.json. Units: m, rad, s, kg, Nm. */
const armModelSchema = z.object({
  dh: z.array(z.object({ a: z.number(), d: z.number(), alpha: z.number() })).length(JOINTS),
  flangeOffset: z.number(),
  handYaw: z.number(),
  toolOffset: z.number(),
  home: joints,
  limits: z.object({
    qMin: joints,
    qMax: joints,
    velocity: joints,
    acceleration: joints,
    jerk: joints,
    torque: joints,
  }),
  capsules: z.array(
    z.object({
      link: z.string(),
      center: vector3Schema,
      axis: z.enum(['x', 'y', 'z']),
      radius: z.number(),
      length: z.number(),
    }),
  ),
  collisionPairs: z.array(z.tuple([z.string(), z.string()])),
  closePairs: z.array(z.tuple([z.string(), z.string()])),
  links: z.array(
    z.object({ name: z.string(), mass: z.number(), center: vector3Schema, inertia: z.array(z.number()).length(6) }),
  ),
  supervisor: z.object({
    velocityClip: z.number(),
    acceleration: z.number(),
    jerk: z.number(),
    badAction: z.number(),
    policyAgeWarn: z.number(),
    policyAgeDecay: z.number(),
    policyAgeStop: z.number(),
    stateAgeWarn: z.number(),
    stateAgeHold: z.number(),
    stateAgeLost: z.number(),
    gapWarn: z.number(),
    gapRamp: z.number(),
    successRateWarn: z.number(),
    successRateStop: z.number(),
    successRateTime: z.number(),
    cycleTimeWarn: z.number(),
    cycleTimeLate: z.number(),
    cycleTimeStop: z.number(),
    jointMarginSlow: z.number(),
    jointMarginStop: z.number(),
    measuredVelocityWarn: z.number(),
    measuredVelocity: z.number(),
    trackingWarn: z.number(),
    trackingError: z.number(),
    trackingTime: z.number(),
    toolSpeed: z.number(),
    toolSpeedNearPeople: z.number(),
    boxMin: vector3Schema,
    boxMax: vector3Schema,
    bodyBoxMin: vector3Schema,
    bodyBoxMax: vector3Schema,
    boxSlow: z.number(),
    boxOutside: z.number(),
    floorSlow: z.number(),
    floorStop: z.number(),
    collisionSlow: z.number(),
    collisionStop: z.number(),
    closePairSlow: z.number(),
    contactTorque: joints,
    contactTorqueWarn: z.number(),
    contactTorqueBaseline: z.number(),
    contactForceWarn: z.number(),
    contactForce: z.number(),
    contactMoment: z.number(),
    jointTorqueWarn: z.number(),
    jointTorqueStop: z.number(),
    singularityWarn: z.number(),
    singularitySlow: z.number(),
    stopBoxAgeWarn: z.number(),
    stopBoxAge: z.number(),
    controlAgeWarn: z.number(),
    controlAge: z.number(),
    heartbeatWarn: z.number(),
    heartbeatAge: z.number(),
    runDuration: z.number(),
    runPath: z.number(),
    recoveriesPerHour: z.number(),
    restForceWarn: z.number(),
    restForce: z.number(),
    clockDriftWarn: z.number(),
    clockDriftBad: z.number(),
    homeTolerance: z.number(),
  }),
})

let model: ArmModel | undefined

/** The arm's description, read once. Refuses with `arm-model` when the file of this installation is damaged. */
export function armModel(): ArmModel {
  return (model ??= readArmModel(join(appRoot, 'assets', 'panda.json')))
}

function readArmModel(path: string): ArmModel {
  try {
    return armModelSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    throw refusal(
      'arm-model',
      'The description of the arm, assets/panda.json, cannot be read. No arm can be used; no data are touched.',
      'Install Forager again, or restore that file from the source.',
      `${path}: ${String(error)}`,
    )
  }
}

/** What the window draws of limits and box. */
export function armLimits(): ArmLimits {
  const { home, limits, supervisor } = armModel()
  return {
    qMin: limits.qMin,
    qMax: limits.qMax,
    home,
    box: { min: vector3Schema.parse(supervisor.boxMin), max: vector3Schema.parse(supervisor.boxMax) },
    velocityClip: supervisor.velocityClip,
    slowMargin: supervisor.jointMarginSlow,
    boxSlowMargin: supervisor.boxSlow,
  }
}
