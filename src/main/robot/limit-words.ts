import type { LimitRow } from '../../contract/robot-limits.ts'

type Words = Pick<LimitRow, 'rule' | 'label' | 'unit' | 'parts'>

const XYZ = ['x', 'y', 'z']
const JOINTS = ['J1', 'J2', 'J3', 'J4', 'J5', 'J6', 'J7']

const one = (rule: number, label: string, unit: string): Words => ({ rule, label, unit, parts: [] })
const each = (rule: number, label: string, unit: string, parts: string[]): Words => ({ rule, label, unit, parts })

/** The supervisor's numbers in words, by their name in assets/panda.json; rows of its table of checks. */
const words: Record<string, Words> = {
  velocityClip: one(2, 'Joint speed asked by an action of 1', 'rad/s'),
  acceleration: one(8, 'Joint acceleration of the shaper', 'rad/s²'),
  jerk: one(8, 'Joint jerk of the shaper', 'rad/s³'),
  badAction: one(2, 'Asked speed that counts as a bad action', 'rad/s'),
  policyAgeWarn: one(3, 'Age of the action: caution', 's'),
  policyAgeDecay: one(3, 'Age of the action: slow to rest', 's'),
  policyAgeStop: one(3, 'Age of the action: stop', 's'),
  stateAgeWarn: one(4, 'Silence of the robot: caution', 's'),
  stateAgeHold: one(4, 'Silence of the robot: slow to rest', 's'),
  stateAgeLost: one(4, 'Silence of the robot: stop', 's'),
  gapWarn: one(5, 'Lost states in a row: caution', 'states'),
  gapRamp: one(5, 'Lost states in a row: slow to rest', 'states'),
  successRateWarn: one(6, 'Commands in time: caution below', 'share'),
  successRateStop: one(6, 'Commands in time: stop below', 'share'),
  successRateTime: one(6, 'Commands in time: stop after', 's'),
  cycleTimeWarn: one(7, 'Own cycle: caution', 's'),
  cycleTimeLate: one(7, 'Own cycle: late', 's'),
  cycleTimeStop: one(7, 'Own cycle: stop', 's'),
  jointMarginSlow: one(9, 'Distance to a joint limit: slow', 'rad'),
  jointMarginStop: one(9, 'Distance to a joint limit: end', 'rad'),
  measuredVelocityWarn: one(10, 'Measured joint speed: caution', 'rad/s'),
  measuredVelocity: one(10, 'Measured joint speed: stop', 'rad/s'),
  trackingWarn: one(11, 'Joint behind its command: caution', 'rad'),
  trackingError: one(11, 'Joint behind its command: stop', 'rad'),
  trackingTime: one(11, 'Joint behind its command: stop after', 's'),
  toolSpeed: one(12, 'Speed of tool tip, elbow and wrist', 'm/s'),
  toolSpeedNearPeople: one(12, 'The same near a singular pose', 'm/s'),
  boxMin: each(14, 'Allowed box of the tool tip, lower corner', 'm', XYZ),
  boxMax: each(14, 'Allowed box of the tool tip, upper corner', 'm', XYZ),
  bodyBoxMin: each(14, 'Allowed box of elbow and wrist, lower corner', 'm', XYZ),
  bodyBoxMax: each(14, 'Allowed box of elbow and wrist, upper corner', 'm', XYZ),
  boxSlow: one(14, 'Distance to a wall: slow', 'm'),
  boxOutside: one(14, 'Measured outside the box: stop', 'm'),
  floorSlow: one(15, 'Height over the table: slow', 'm'),
  floorStop: one(15, 'Height over the table: end', 'm'),
  collisionSlow: one(16, 'Distance between links: slow', 'm'),
  collisionStop: one(16, 'Distance between links: end', 'm'),
  closePairSlow: one(16, 'Distance of links that are always near: slow', 'm'),
  contactTorque: each(17, 'Torque from outside over its mean: stop', 'Nm', JOINTS),
  contactTorqueWarn: one(17, 'Torque from outside: caution at this share', 'share'),
  contactTorqueBaseline: one(17, 'Torque from outside: time of the mean', 's'),
  contactForceWarn: one(18, 'Force on the tool: caution', 'N'),
  contactForce: one(18, 'Force on the tool: stop', 'N'),
  contactMoment: one(18, 'Moment on the tool: stop', 'Nm'),
  jointTorqueWarn: one(19, 'Share of a joint’s torque: caution', 'share'),
  jointTorqueStop: one(19, 'Share of a joint’s torque: stop', 'share'),
  singularityWarn: one(21, 'Smallest singular value: caution below', ''),
  singularitySlow: one(21, 'Smallest singular value: slow below', ''),
  stopBoxAgeWarn: one(22, 'Silence of the stop box: caution', 's'),
  stopBoxAge: one(22, 'Silence of the stop box: stop', 's'),
  controlAgeWarn: one(24, 'Control thread silent: caution', 's'),
  controlAge: one(24, 'Control thread silent: stop', 's'),
  heartbeatWarn: one(25, 'Silence of the window: caution', 's'),
  heartbeatAge: one(25, 'Silence of the window: stop', 's'),
  runDuration: one(26, 'Motion in one run: end', 's'),
  runPath: one(26, 'Way of the tool tip in one run: end', 'm'),
  recoveriesPerHour: one(26, 'Times armed again in an hour', ''),
  restForceWarn: one(27, 'Force at rest: caution', 'N'),
  restForce: one(27, 'Force at rest: no start', 'N'),
  clockDriftWarn: one(28, 'Clocks apart: caution', 'share'),
  clockDriftBad: one(28, 'Clocks apart: counted', 'share'),
  homeTolerance: one(0, 'Home pose counts as reached within', 'rad'),
}

/** Refuses nothing: a limit without words is shown under its own name. */
export function limitWords(name: string): Words {
  return words[name] ?? one(0, name, '')
}
