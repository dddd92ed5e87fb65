import { createRequire } from 'node:module'
import { join } from 'node:path'
import { appRoot, unpacked } from './app-root.ts'
import type { CycleColumn, ErrorFlagText, LinkTimes, RecordedCycles, SafetyLimitEntry } from './native-records.ts'

/**
 * The C++ addon as TypeScript sees it. Wrappers check arguments before they call; C++ asserts.
 * The addon is context-aware: main and workers load it once each and share native objects by their `id`.
 */
export interface NativeModule {
  Kinematics: new (model: ArmModel) => Kinematics
  /** The control thread's shaper by itself: targets [n, 7] rad/s at 1 kHz; returns the velocities emitted from rest. */
  followVelocity(model: ArmModel, targets: Float64Array): Float64Array
  SimulatedArm: new (options: { model: ArmModel; seed: number }) => ArmDriver
  /** Opens TCP and UDP and waits for the first states. Resolves to a driver, rejects with {code, message}. */
  connectArm(options: {
    host: string
    port: number
    model: ArmModel
    /** Joint limits used instead of the model's when the robot is a Franka Research 3; without them it is refused. */
    research?: ResearchLimits
    timeoutMs: number
    drill?: ArmDrill
  }): Promise<ArmDriver>
  /** The same native arm from another thread; undefined when that arm is gone. */
  attachArm(id: number): ArmDriver | undefined
  /**
   * Opens the serial port; throws {code: 'stop-box-port', message, tip}. `frameAge` in s. `dieAfterMs` is a drill: its
   * thread then ends without a word.
   */
  StopBox: new (options: { path: string; frameAge: number; needsGrip: boolean; dieAfterMs?: number }) => NativeStopBox
  /** A stop box without hardware, on a pseudo terminal, for drills and measurements. */
  PseudoStopBox: new () => PseudoStopBox
  /** Decoder and rules of the stop box with the caller's own clock; `frameAgeMs`, needs the enabling grip. */
  StopBoxProbe: new (frameAgeMs: number, needsGrip: boolean) => StopBoxProbe
  SimulatedRobot: new (options: SimulatedRobotOptions) => SimulatedRobot
  /** Opens the Hand's own service; no state may have come yet. Resolves to a driver, rejects with {code, message, tip}. */
  connectGripper(options: { host: string; port: number; timeoutMs: number }): Promise<GripperDriver>
  /** Simulated Hand on a real socket; port 0 takes any free one, objectWidth (m) lies between its fingers. */
  SimulatedGripper: new (options: { host: string; port: number; objectWidth?: number }) => SimulatedGripper
  /** The columns of RecordedCycles. */
  cycleColumns(): CycleColumn[]
  /** Every number of the supervisor, in the order of its table. */
  safetyLimits(): SafetyLimitEntry[]
  /** The robot's error flags in the order of the state packet. */
  errorFlags(): ErrorFlagText[]
  /** Times of `count` TCP connections, ms, answered or refused; -1 for no answer within 1 s. Runs on a thread of the pool. */
  connectTimes(host: string, port: number, count: number, intervalMs: number): Promise<Float64Array>
  describeExplorers(): MethodDescription[]
  describeLearners(): MethodDescription[]
  createExplorer(options: {
    explorer: string
    mode: string
    observationSize: number
    actionSize: number
    seed: number
    settings: Record<string, number>
    /** That learn in learn(); 1 when left out. Changes no result. */
    threads?: number
    /** Learning happens on a thread of its own and never delays act(). */
    realTime?: boolean
    /** Keeps what gradients() gives, at a cost in time; for comparison with an oracle. */
    keepGradients?: boolean
  }): Explorer
  Replay: new (shape: { observationSize: number; actionSize: number }) => Replay
  TrainingJob: new (options: TrainingOptions) => TrainingJob
  /** Throws when the parts are none of the known kinds or do not fit together. */
  Policy: new (parts: PolicyParts) => Policy
  /** Names of the instruction sets in use, for reports. */
  cpuFeatures(): string[]
  /** Makes learners and policies built from now on use the kernels of one of cpuFeatures(); for tests and comparisons. */
  selectKernels(name: string): void
  /** One dense layer and its gradients, for comparison against an oracle. */
  denseLayer(options: DenseLayerOptions, layer: PolicyLayer, x: Float32Array, dy: Float32Array): DenseLayerResult
  /** Operations per second of multiply-adds in registers on so many threads: the machine's limit. Blocks for `seconds`. */
  multiplyAddRate(threads: number, seconds: number): number
  /** Operations per second of one layer's forward pass and both gradients. Blocks for `seconds`. */
  denseRate(shape: { batch: number; inputs: number; outputs: number }, threads: number, seconds: number): number
}

export interface DenseLayerOptions {
  batch: number
  /** The activation whose output x is: its derivative goes into dx. */
  mask: PolicyLayer['activation']
  /** Does the work in pieces of so many units; 0 for one piece. */
  units: number
}

/** y [batch, outputs]; the others are gradients when `dy` is the gradient of the layer's sum before the activation. */
export interface DenseLayerResult {
  y: Float32Array
  dx: Float32Array // [batch, inputs]
  weight: Float32Array // [outputs, inputs]
  bias: Float32Array // [outputs]
}

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

/** StepFlag bits of src/contract/dataset.ts and an end code, written by step(). */
export const EndCode = { none: 0, safetyLimit: 1, reflex: 2, stopped: 3 } as const

/** A fault of our own side that the arm's client plays once, to try what watches its control thread. */
export interface ArmDrill {
  /** Answered states of running motions before the stall. */
  stallAfter: number
  /** How long the control thread then stands still between a state and its answer. */
  stallMs: number
  /** Judge cycle times as on a kernel that promises real time. */
  strictTime?: boolean
}

/** How often each row 1..28 of the supervisor's table warned and acted; index 0 is unused. Once per step and row. */
export interface RuleCounts {
  warned: number[]
  acted: number[]
}

/**
 * One arm, simulated in this process or reached over FCI; both run the same controller (shaper and supervisor).
 * step() and waitHome() block the calling thread: call them in a worker. All other calls return at once.
 */
export interface ArmDriver {
  readonly id: number
  readonly realTime: boolean
  /** A person has said that the workspace is clear; required before any motion. Refused while a stop is latched. */
  arm(): void
  disarm(): void
  /** Clears a latched stop after a person acted (does recovery where the robot needs it). Moves nothing. */
  rearm(): void
  /** Starts the return to the home pose. Throws {code, message, tip} when not armed or no clear way is known. */
  beginHome(): void
  /** Waits (or simulates) at most `budgetMs`. Throws the latched stop cause. */
  waitHome(budgetMs: number): 'moving' | 'home'
  /** Starts an episode: throws unless armed and standing within homeTolerance of home. Writes the first observation. */
  beginEpisode(observation: Float32Array, tooltip: Float32Array, tickTime: BigInt64Array): void
  /**
   * Hands over the action [7] in [-1, 1] and returns at the next 20 Hz tick.
   * observation [14], tooltip [3], sent [7] (mean sent velocity / clip), tickTime [1] monotonic ns,
   * info [2]: StepFlag bits and an EndCode. After an end code other than 0 the episode is over and the arm is at rest or braking.
   */
  step(
    action: Float32Array,
    observation: Float32Array,
    tooltip: Float32Array,
    sent: Float32Array,
    tickTime: BigInt64Array,
    info: Int32Array,
  ): void
  /** Ends an episode softly: ramp to zero, Move finished. Blocks until standing still (at most 1 s). */
  endEpisode(): void
  /** Software stop: ramps to zero, latches. Safe from any thread, any time, twice. */
  stop(code: string, message: string): void
  /** The operator's side is alive. Once called, silence longer than heartbeatAge stops the arm. */
  heartbeat(): void
  /** No operator heartbeat is expected any more (unattended run started from a terminal). */
  releaseHeartbeat(): void
  /**
   * Other limits from the next cycle on: tighter at any time, looser only while the arm stands. Refuses with
   * `limits-loosened` or `limits-fixed`.
   */
  setLimits(limits: SupervisorLimits): void
  /** Those in force. */
  limits(): SupervisorLimits
  /**
   * The control cycles from `beforeMs` before `atNs` to `afterMs` after it, as far as the last 8 s go; `atNs` 0 means the
   * newest one. Null for an arm in this process.
   */
  recordedCycles(atNs: number, beforeMs: number, afterMs: number): RecordedCycles | null
  /** Null for an arm in this process. */
  linkTimes(): LinkTimes | null
  state(): NativeArmState
  recover(): Promise<void>
  close(): Promise<void>
}

/**
 * A stop box on a serial port. Its own native thread reads it and stops the guarded arm; JavaScript only looks on.
 */
export interface NativeStopBox {
  /** The arm that it stops from now on, by its id; undefined for none. */
  guard(armId: number | undefined): void
  state(): StopBoxReading & { ageMs: number; trips: number; portFailed: boolean }
  close(): void
}

/** Its frames arrive at whoever opens `path`; close() is the cable pulled out. */
export interface PseudoStopBox {
  readonly path: string
  /** One frame: its number 0..255 and the inputs byte of stop_box_frame.h. False when it was not taken. */
  send(sequence: number, inputs: number): boolean
  close(): void
}

export interface StopBoxReading {
  state: 'waiting' | 'closed' | 'pressed' | 'lost'
  /** Why it does not allow motion, in plain words; empty when it does. */
  message: string
  released: boolean
  /** The newest reason for which it stopped the arm; empty before the first. */
  tripCode: string
  tripMessage: string
}

export interface StopBoxProbe {
  push(
    bytes: Uint8Array,
    nowMs: number,
  ): { frames: { sequence: number; inputs: number; uptime: number; flags: number }[]; damaged: number; trip: string }
  tick(nowMs: number): string
  state(nowMs: number): StopBoxReading
}

export interface NativeStopCause {
  code: string
  title: string
  message: string
  tip: string
  latched: boolean
  rule: number
  value: number
  limit: number
  unit: string
  joint: number // 0 = none
  atMs: number // epoch
  atNs: number // monotonic
  tooltip: number[]
  stopTime: number // s, -1 while moving
  /** How far the stop had to go: our ramp, the robot's own brake after StopMove, or no commands any more. */
  stage: 'ramp' | 'fast-stop' | 'link-cut'
}

export interface NativeArmState {
  connected: boolean
  ageMs: number // -1 before the first state
  protocol: number
  mode: number // robot_mode of the state packet
  activity: 'none' | 'starting' | 'homing' | 'episode' | 'stopping' | 'held' | 'recovering'
  armed: boolean
  q: Float64Array
  dq: Float64Array
  tauExternal: Float64Array
  tooltip: Float64Array
  tooltipSpeed: number
  toolMass: number
  errors: string[]
  received: number
  lost: number
  received10s: number
  lost10s: number
  successRate: number // -1 when no motion runs
  roundTripMeanMs: number // -1 before a motion
  roundTripWorstMs: number
  /** The host granted the control thread real-time scheduling; false for an arm in this process, which needs none. */
  realTimeScheduling: boolean
  steps: number
  slowedSteps: number
  clippedSteps: number
  lateTicks: number
  rules: RuleCounts
  /** Share by which the robot's clock runs apart from ours; 0 until it is known. */
  clockDrift: number
  cycleWorstUs: number // state received to command sent
  heartbeatAgeMs: number // -1 when none is required
  stop: NativeStopCause | null
  /** Counted by the simulated arm itself, independent of the supervisor; zeros on a real one. */
  violations: { position: number; velocity: number; acceleration: number; jerk: number }
}

export interface SimulatedRobotOptions {
  host: string
  port: number // 0 = any free
  protocol: number
  model: ArmModel
  seed: number
  /** ms that a millisecond of motion waits for a client that is late; a real robot, and 0, waits for nobody. */
  patienceMs?: number
  /** URDF text for clients that ask for the robot's model (protocol 8 and later); without it they are refused. */
  robotModel?: string
  /** The vendor's model library for clients that ask for it; without it they are refused. */
  modelLibrary?: Uint8Array
  /** `KIND@STEP`, see spec: e.g. `reflex@400`, `user-stop@400`, `silence@400`, `close@400`; empty for none. */
  fault: string
  /** How many of the newest milliseconds of motion it keeps for record(); none when left out. */
  record?: number
}

/** Simulated arm speaking FCI on a real socket in real time. */
export interface SimulatedRobot {
  readonly port: number
  stats(): {
    clients: number
    states: number
    commands: number
    dropped: number
    reflexes: number
    moves: number
    /** StopMove requests. */
    stops: number
    /** message_id at which the fault began, and at which the arm had come to rest after it; 0 before. */
    faultAt: number
    restAt: number
  }
  /**
   * What the arm did in each of the `newest` milliseconds, or in all that are kept: [n, 24], oldest first: monotonic time
   * ns, message_id, robot_mode, then desired position rad, velocity rad/s and acceleration rad/s2 of the joints.
   */
  record(newest?: number): Float64Array
  close(): Promise<void>
}

/** m, m/s per finger, N; a move uses width and speed only. */
export interface GripperTask {
  width: number
  speed: number
  epsilonInner?: number
  epsilonOuter?: number
  force?: number
}

export interface NativeGripperState {
  connected: boolean
  ageMs: number // of the newest state, -1 before the first
  width: number // m
  maxWidth: number // m, 0 until homed
  grasped: boolean
  temperature: number // as the Hand reports it
  activity: 'none' | 'homing' | 'grasping' | 'moving' | 'stopping'
  /** A command waits for the running one. */
  waiting: boolean
  /** How the newest jobs ended, in no order. */
  results: GripperJobResult[]
}

export interface GripperJobResult {
  job: number
  command: 'home' | 'grasp' | 'move'
  /** `missed`: tried, not reached; `replaced`: a newer command took its place before it began. */
  outcome: 'done' | 'missed' | 'refused' | 'aborted' | 'replaced' | 'lost'
  width: number // m, when it ended
}

/** The Hand over its own connection and thread. No call waits for the Hand. */
export interface GripperDriver {
  state(): NativeGripperState
  /** Returns the number of the job. A newer command stops a running one (never homing) and replaces a waiting one. */
  request(command: 'home' | 'grasp' | 'move', task?: GripperTask): number
  /** Stops what runs and drops what waits. */
  stop(): void
  close(): Promise<void>
}

export interface SimulatedGripper {
  readonly port: number
  /** Commands taken from clients so far. */
  readonly commands: number
  close(): Promise<void>
}

export interface MethodDescription {
  name: string
  label: string
  summary: string
  learns: boolean
  modes: string[]
  settings: {
    key: string
    label: string
    unit: string
    meaning: string
    source: string
    minimum: number
    maximum: number
    integer: boolean
    defaults: { published: number; paper: number; modern: number }
  }[]
}

/** How a transition ended its episode: not, by a true end of the decision process, or by anything else. */
export const StepEnd = { none: 0, terminal: 1, cut: 2 } as const
export type StepEnd = (typeof StepEnd)[keyof typeof StepEnd]

/** What a learning explorer says of itself; all zero and empty for one that does not learn. */
export interface ExplorerLearning {
  updates: number
  /** Updates that are due and not made yet: in real time there may be some. */
  behind: number
  /** By name, of the newest update; NaN where it computed none. */
  losses: Record<string, number>
}

/** An episode of an earlier run of the same explorer, as it was stored. */
export interface PastEpisode {
  episode: number
  steps: number
  observations: Float32Array // [steps + 1, S]
  actions: Float32Array // [steps, A], as the explorer chose them
  /** Its last transition was a true end. */
  terminal: boolean
}

/** Chooses actions and may learn from what happens. It is never told a reward of the world. */
export interface Explorer {
  /** Policy of the episode with this number; from (seed, episode) alone for explorers that do not learn. */
  beginEpisode(episode: number): void
  act(observation: Float32Array, action: Float32Array): void
  /** What came of the newest act(). An act() without it has not happened. */
  observe(nextObservation: Float32Array, end: StepEnd): void
  /** Makes the updates that are due; in real time returns at once. */
  learn(): void
  learning(): ExplorerLearning
  /** `learning().behind` without an allocation. */
  behind(): number
  /** Every network of the agent and its model by name; waits for the running update. */
  networks(): Record<string, PolicyLayer[]>
  /** Of everything that learns, from the newest update, in the same form. Only with `keepGradients`. */
  gradients(): Record<string, PolicyLayer[]>
  /** Skill of the running episode; null for explorers without any. */
  skill(): number | null
  /** Makes room for so many transitions in all, so that later calls allocate nothing. */
  reserve(transitions: number): void
  /** Floating-point operations of the products in one update; 0 for explorers that do not learn. */
  readonly operationsPerUpdate: number
  /** To continue a dataset: first every stored episode in order, then the newest state, if there is one. */
  recall(episode: PastEpisode): void
  /**
   * Between episodes: everything needed to continue exactly, but for what recall() brings back. Waits for the running
   * update.
   */
  saveState(): Uint8Array
  restoreState(state: Uint8Array): void
  /** Ends its threads and frees its memory. */
  close(): void
}

export interface Replay {
  /** Transitions. */
  readonly size: number
  /** Bytes of memory held for them. */
  readonly bytes: number
  /** Makes room for exactly so much in all, so that filling the replay never copies it. Allocates nothing else. */
  reserve(transitions: number, episodes: number): void
  /** observations [T + 1, S], actions [T, A], rewards [T]; `terminal`: the last transition is a true end. */
  addEpisode(observations: Float32Array, actions: Float32Array, rewards: Float32Array, terminal: boolean): void
  /** Mini-batches one after another, as a learner of this seed sees them. */
  draw(options: DrawOptions): DrawnBatches
  /** Transitions drawn per second by one thread. Blocks for `seconds`. */
  sampleRate(batch: number, seconds: number): number
}

export interface DrawOptions {
  batch: number
  batches: number
  seed: number
  /** No transition twice in one batch; ignored when there are fewer transitions than a batch takes. */
  withoutReplacement: boolean
  /** Time limits and cuts count as terminals. */
  episodeEndsTerminal: boolean
  /** Observations end with the tool tip, m: gives every transition a goal in its place, and the reward for it. */
  anyGoal?: boolean
}

/** Row-major, all batches in one. */
export interface DrawnBatches {
  observation: Float32Array // [rows, S]
  action: Float32Array // [rows, A]
  reward: Float32Array // [rows]
  nextObservation: Float32Array // [rows, S]
  terminal: Float32Array // [rows], 1 where no value follows
}

export interface TrainingOptions {
  learner: string
  mode: string
  settings: Record<string, number>
  seed: number
  threads: number
  replay: Replay
  /**
   * The rewards are for the tool tip at `goal`, m, base frame; some learners use the arm's geometry too. Null: to reach any
   * point; the replay's observations then end with the tool tip, and every transition that is drawn gets a goal.
   */
  reach?: { goal: Float32Array | null; model: ArmModel }
  /** Keeps what gradients() gives, at a cost in time; for comparison with an oracle. */
  keepGradients?: boolean
}

export interface TrainingProgress {
  state: 'idle' | 'running' | 'paused' | 'done' | 'diverged'
  updates: number
  /** Plain words when diverged, else empty. */
  message: string
  /** Rows since the last call: [update, seconds, criticLoss, actorLoss, meanQ, saturated]. */
  points: Float64Array
}

export interface PolicyLayer {
  inputs: number
  outputs: number
  activation: 'relu' | 'tanh' | 'linear'
  weight: Float32Array // [outputs, inputs]
  bias: Float32Array // [outputs]
}

/**
 * How BCQ chooses an action (Fujimoto, Meger, Precup 2019, equation 11): decode `samples` actions from
 * z ~ N(0, 1) clipped to ±latentClip, a = clip(a + bound * perturbation(s, a), ±1), take the one of the largest value.
 */
export interface BcqSampler {
  kind: 'bcq'
  samples: number
  /** Size of z. */
  latent: number
  latentClip: number
  bound: number
  /** Perturb the chosen action once more, as the exploration paper's released code does. */
  perturbsWinner: boolean
}

/** How the exploration paper's released TD3 acts, in evaluation too: clip(actor(s) + N(0, deviation²), ±1). */
export interface NoiseSampler {
  kind: 'noise'
  /** Of the noise on each coordinate of the action. */
  deviation: number
}

export type PolicySampler = BcqSampler | NoiseSampler

/**
 * A trained policy as learners give it and files keep it. Without a sampler or with noise: one network `actor`, S -> A.
 * With BCQ's: `decoder` [z, s] -> A, `perturbation` [s, a] -> A, `critic` [s, a] -> 1.
 */
export interface PolicyParts {
  networks: Record<string, PolicyLayer[]>
  sampler: PolicySampler | null
}

export interface TrainingJob {
  /** Floating-point operations of the matrix products in one update, on average. Only while not running. */
  readonly operationsPerUpdate: number
  /** Runs on its own native thread until `updates` in total; returns at once. */
  start(updates: number): void
  /** Holds the thread after the running update with everything in memory; returns at once. */
  pause(): void
  /** Lets a paused thread go on. */
  resume(): void
  /**
   * Ends the thread after the running update and waits for it. An update that takes longer than a moment is given up:
   * the training is then at an earlier update, from which it goes on to the same bytes.
   */
  stop(): void
  progress(): TrainingProgress
  /** Weights, targets, moments, random streams, counters. Only while not running; a paused thread stands still. */
  checkpoint(): Uint8Array
  /** Throws when the bytes are of another learner, mode, settings or shape. */
  restore(checkpoint: Uint8Array): void
  /** What has been learned so far, for raw observations. Only while not running. */
  policy(): PolicyParts
  /** Every network by name, targets included; weights as they are inside. Only while not running. */
  networks(): Record<string, PolicyLayer[]>
  /** Of everything that learns, from the newest update, in the same form. Only with `keepGradients`, not while running. */
  gradients(): Record<string, PolicyLayer[]>
  /** Every loss of the method by name, from the newest update; NaN where it was not computed. Not while running. */
  losses(): Record<string, number>
  close(): void
}

export interface Policy {
  readonly observationSize: number
  readonly actionSize: number
  act(observation: Float32Array, action: Float32Array): void
  /** Begins the random stream of `seed`: after it the same observations give the same actions. */
  reset(seed: number): void
}

/** The addon's file. FORAGER_NATIVE names another build of it, such as the one with sanitizers. */
export const addonFile = process.env['FORAGER_NATIVE'] ?? unpacked(join(appRoot, 'native', 'build', 'forager.node'))

export const native = createRequire(join(appRoot, 'package.json'))(addonFile) as NativeModule
