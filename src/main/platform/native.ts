import { createRequire } from 'node:module'
import { join } from 'node:path'
import { appRoot, unpacked } from './app-root.ts'
import type { ArmDrill, ArmDriver } from './native-arm.ts'
import type { ArmModel, Kinematics, ResearchLimits } from './native-arm-model.ts'
import type { Explorer } from './native-explore.ts'
import type { GripperDriver, SimulatedGripper } from './native-gripper.ts'
import type { Replay, TrainingJob, TrainingOptions } from './native-learn.ts'
import type { MethodDescription } from './native-method.ts'
import type { Policy, PolicyLayer, PolicyParts } from './native-policy.ts'
import type { CycleColumn, ErrorFlagText, SafetyLimitEntry } from './native-records.ts'
import type { SimulatedRobot, SimulatedRobotOptions } from './native-simulated-robot.ts'
import type { NativeStopBox, PseudoStopBox, StopBoxProbe } from './native-stop-box.ts'

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

/** How denseLayer does its work. */
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

/** The addon's file. FORAGER_NATIVE names another build of it, such as the one with sanitizers. */
export const addonFile = process.env['FORAGER_NATIVE'] ?? unpacked(join(appRoot, 'native', 'build', 'forager.node'))

export const native = createRequire(join(appRoot, 'package.json'))(addonFile) as NativeModule
