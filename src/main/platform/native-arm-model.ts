/** The arm as the addon takes it: geometry, limits and kinematics; see native.ts. */

/** Kinematics and geometry of one arm; q in rad, poses column-major 4x4 in the base frame, distances in m. */
export interface Kinematics {
  toolPose(q: ArrayLike<number>): Float64Array // 16, rotation of the hand, origin at the tool tip
  flangePose(q: ArrayLike<number>): Float64Array // 16
  /** Nearest of the model's pairs of bodies, by their capsules; negative when they overlap. */
  nearestPair(q: ArrayLike<number>): { distance: number; pair: [string, string] }
  /** Distance of any two bodies, named `link0` .. `link7`, `hand`. */
  linkDistance(q: ArrayLike<number>, a: string, b: string): number
  /** Of the 6x7 Jacobian of the tool tip, m and rad mixed; small near a singular pose. */
  smallestSingularValue(q: ArrayLike<number>): number
}

/** assets/panda.json, read once and handed to the addon whole. Units: m, rad, s. */
export interface ArmModel {
  dh: { a: number; d: number; alpha: number }[] // 7 rows, modified DH
  flangeOffset: number
  handYaw: number
  toolOffset: number
  home: number[]
  limits: JointLimits
  capsules: { link: string; center: number[]; axis: 'x' | 'y' | 'z'; radius: number; length: number }[]
  collisionPairs: [string, string][]
  /** Those of the pairs that stand near each other in every pose: they slow later. */
  closePairs: [string, string][]
  links: { name: string; mass: number; center: number[]; inertia: number[] }[]
  supervisor: SupervisorLimits
}

/** The robot's own limits of the joints, rad, rad/s, rad/s2, rad/s3, Nm; it stops itself when one is broken. */
export interface JointLimits {
  qMin: number[]
  qMax: number[]
  velocity: number[]
  acceleration: number[]
  jerk: number[]
  torque: number[]
}

/** Those of a Franka Research 3: towards these positions, at the distance d, at most sqrt(slope d) - offset. */
export interface ResearchLimits extends JointLimits {
  velocityByPosition: { qMin: number[]; qMax: number[]; slope: number[]; offset: number[] }
}

/** Every number of the supervisor's table of checks, by row; hashed into each run sheet. */
export interface SupervisorLimits {
  velocityClip: number // rad/s, row 2
  acceleration: number // rad/s2, shaper, row 8
  jerk: number // rad/s3, shaper, row 8
  badAction: number // rad/s asked for; more is counted as a bad action, row 2
  policyAgeWarn: number // s, row 3
  policyAgeDecay: number // s, older command: decay to zero, row 3
  policyAgeStop: number // s, older command: latched stop, row 3
  stateAgeWarn: number // s, row 4
  stateAgeHold: number // s, longer silence: target zero until the next action, row 4
  stateAgeLost: number // s, longer silence: latched stop, row 4
  gapWarn: number // lost states in a row, row 5
  gapRamp: number // lost states in a row: target zero until the next action, row 5
  successRateWarn: number // share of commands in time, row 6
  successRateStop: number // share, row 6
  successRateTime: number // s below it, row 6
  cycleTimeWarn: number // s from state to command, row 7
  cycleTimeLate: number // s; three in one second are a warning, row 7
  cycleTimeStop: number // s; a latched stop where the computer promises real time, row 7
  jointMarginSlow: number // rad, row 9
  jointMarginStop: number // rad, row 9
  measuredVelocityWarn: number // rad/s, row 10
  measuredVelocity: number // rad/s, row 10
  trackingWarn: number // rad, row 11
  trackingError: number // rad, row 11
  trackingTime: number // s over it, row 11
  toolSpeed: number // m/s of tool tip, elbow and wrist, rows 12 and 13
  toolSpeedNearPeople: number // m/s, the reduced speed of ISO 10218, row 12
  boxMin: number[] // m, tool tip, row 14
  boxMax: number[] // m
  bodyBoxMin: number[] // m, elbow, wrist and fingertips, row 14
  bodyBoxMax: number[] // m
  boxSlow: number // m inside a wall, row 14
  boxOutside: number // m, a measured point that far outside: latched stop, row 14
  floorSlow: number // m, row 15
  floorStop: number // m, row 15
  collisionSlow: number // m, row 16
  collisionStop: number // m, row 16
  closePairSlow: number // m, pairs that are near each other in every pose, row 16
  contactTorque: number[] // Nm over the baseline, each joint, row 17
  contactTorqueWarn: number // share, row 17
  contactTorqueBaseline: number // s of averaging, row 17
  contactForceWarn: number // N, row 18
  contactForce: number // N, row 18
  contactMoment: number // Nm, row 18
  jointTorqueWarn: number // share of the robot's limit, row 19
  jointTorqueStop: number // share, row 19
  singularityWarn: number // smallest singular value of the Jacobian, row 21
  singularitySlow: number // below it the near-people speed holds, row 21
  stopBoxAgeWarn: number // s, row 22
  stopBoxAge: number // s, row 22
  controlAgeWarn: number // s without a control pass, row 24
  controlAge: number // s, row 24
  heartbeatWarn: number // s, row 25
  heartbeatAge: number // s, row 25
  runDuration: number // s of motion since a person armed, row 26
  runPath: number // m of tool tip since a person armed, row 26
  recoveriesPerHour: number // re-arms, row 26
  restForceWarn: number // N while standing still, row 27
  restForce: number // N, more refuses a start, row 27
  clockDriftWarn: number // share between the robot's clock and ours, row 28
  clockDriftBad: number // share, row 28
  homeTolerance: number // rad
}
