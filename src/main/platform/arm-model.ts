import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { refusal } from '../../contract/problem.ts'
import { FIRST_RESEARCH_PROTOCOL, JOINTS, vector3Schema } from '../../contract/robot.ts'
import type { ArmLimits } from '../../contract/robot.ts'
import { appRoot } from './app-root.ts'
import type { ArmModel, ResearchLimits, SupervisorLimits } from './native-arm-model.ts'

const joints = z.array(z.number()).length(JOINTS)

const jointLimitsSchema = z.object({
  qMin: joints,
  qMax: joints,
  velocity: joints,
  acceleration: joints,
  jerk: joints,
  torque: joints,
})

/**
 * assets/fr3.json: what a Franka Research 3 has other than a Panda, and in `sources` where each number was published. Near
 * the position p of `velocityByPosition` a joint may turn towards p at most at sqrt(slope |p - q|) - offset, rad/s.
 */
const researchSchema = z.object({
  limits: jointLimitsSchema.extend({
    velocityByPosition: z.object({ qMin: joints, qMax: joints, slope: joints, offset: joints }),
  }),
})

/** assets/panda.json. Units: m, rad, s, kg, Nm. */
const armModelSchema = z.object({
  dh: z.array(z.object({ a: z.number(), d: z.number(), alpha: z.number() })).length(JOINTS),
  flangeOffset: z.number(),
  handYaw: z.number(),
  toolOffset: z.number(),
  home: joints,
  limits: jointLimitsSchema,
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
let research: ResearchLimits | undefined

/** The arm's description, read once. Refuses with `arm-model` when the file of this installation is damaged. */
export function armModel(): ArmModel {
  return (model ??= readAsset('panda.json', armModelSchema))
}

/** Joint limits of a Franka Research 3, before system 5.9.0; refuses like armModel(). */
export function researchLimits(): ResearchLimits {
  return (research ??= readAsset('fr3.json', researchSchema).limits)
}

/** The description of the arm that speaks `protocol`; null: a Panda. */
export function armModelOf(protocol: number | null): ArmModel {
  if (protocol === null || protocol < FIRST_RESEARCH_PROTOCOL) return armModel()
  return { ...armModel(), limits: researchLimits() }
}

function readAsset<Schema extends z.ZodType>(name: string, schema: Schema): z.infer<Schema> {
  const path = join(appRoot, 'assets', name)
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    throw refusal(
      'arm-model',
      `The description of the arm, assets/${name}, cannot be read. No arm can be used; no data are touched.`,
      'Install Forager again, or restore that file from the source.',
      `${path}: ${String(error)}`,
    )
  }
}

/**
 * What the window shows of the arm that speaks `protocol`: the robot's own joint limits, and of the supervisor's numbers
 * those `inForce`, its defaults unless given.
 */
export function armLimits(protocol: number | null = null, inForce?: SupervisorLimits): ArmLimits {
  const { home, limits, supervisor: defaults } = armModelOf(protocol)
  const supervisor = inForce ?? defaults
  const { qMin, qMax, velocity, acceleration, jerk, torque } = limits
  return {
    qMin,
    qMax,
    velocity,
    acceleration,
    jerk,
    torque,
    home,
    box: { min: vector3Schema.parse(supervisor.boxMin), max: vector3Schema.parse(supervisor.boxMax) },
    velocityClip: supervisor.velocityClip,
    slowMargin: supervisor.jointMarginSlow,
    boxSlowMargin: supervisor.boxSlow,
  }
}
