import { z } from 'zod'

/** Number of joints of the arm; vectors named q, dq, tau have this length. */
export const JOINTS = 7

export const vector3Schema = z.tuple([z.number(), z.number(), z.number()])
export type Vector3 = z.infer<typeof vector3Schema>

const isIpv4 = (text: string): boolean =>
  /^\d{1,3}(\.\d{1,3}){3}$/.test(text) && text.split('.').every((part) => Number(part) <= 255)

export const robotAddressSchema = z.object({
  /** Host name or IPv4 address of the Control unit's LAN port. */
  host: z
    .string()
    .trim()
    .min(1, 'Type the address of the robot, for example 172.16.0.2.')
    .max(253)
    .regex(/^[A-Za-z0-9.-]+$/, 'An address has letters, digits, dots and hyphens only, for example 172.16.0.2.')
    .refine((host) => !/^(robot|fci|panda|your|my)-?(robot-?)?(ip|host(name)?|address)$|^hostname$/i.test(host), {
      message: 'This is a placeholder. Type the address that Desk shows, for example 172.16.0.2.',
    })
    .refine((host) => !/^[\d.]+$/.test(host) || isIpv4(host), {
      message: 'Four numbers from 0 to 255 with dots between them, for example 172.16.0.2.',
    }),
  port: z.int().min(1).max(65535).default(1337),
})
export type RobotAddress = z.infer<typeof robotAddressSchema>

/** Protocols from 6 on are those of the Franka Research 3. */
export const FIRST_RESEARCH_PROTOCOL = 6

/** What the robot that speaks `protocol` is called; a Panda while it is not known. */
export function robotName(protocol: number | null): string {
  return protocol !== null && protocol >= FIRST_RESEARCH_PROTOCOL ? 'Franka Research 3' : 'Panda (FER)'
}

/** Robot mode as the arm reports it; `unknown` when nothing was read or the news is too old. */
export const robotModeSchema = z.enum([
  'unknown',
  'other',
  'idle',
  'move',
  'guiding',
  'reflex',
  'user-stopped',
  'recovering',
])
export type RobotMode = z.infer<typeof robotModeSchema>

/** Why motion ended. `latched` causes need a person to re-arm; the others end one episode. */
export const stopCauseSchema = z.object({
  /** Stable identifier, e.g. `operator-stop`, `stop-box-lost`, `joint-margin`, `workspace-box`, `self-collision`,
   * `policy-silent`, `heartbeat-lost`, `link-lost`, `reflex`, `user-stop`, `tracking`, `command-invalid`. */
  code: z.string(),
  /** One short sentence: what happened. */
  title: z.string(),
  /** What it means, with the joint, wall or pair named and number against limit, units printed. */
  message: z.string(),
  tip: z.string(),
  latched: z.boolean(),
  /** Row of the supervisor table that fired; null when the robot or a person stopped. */
  rule: z.number().nullable(),
  value: z.number().nullable(),
  limit: z.number().nullable(),
  unit: z.string(),
  /** 1..7, or null. */
  joint: z.number().nullable(),
  /** Milliseconds since the epoch. */
  at: z.number(),
  /** Tool tip when it fired, m, base frame. */
  tooltip: vector3Schema.nullable(),
  /** Time from the cause to standstill, s; null while still moving. */
  stopTime: z.number().nullable(),
})
export type StopCause = z.infer<typeof stopCauseSchema>

export const stopBoxStateSchema = z.object({
  state: z.enum(['not-used', 'waiting', 'closed', 'pressed', 'lost']),
  /** Serial device path, empty when not used. */
  path: z.string(),
  /** Motion needs the enabling grip of the box held in its middle position. */
  needsGrip: z.boolean(),
  ageMs: z.number().nullable(),
  message: z.string(),
})
export type StopBoxState = z.infer<typeof stopBoxStateSchema>

/** The Hand: its own service, its own connection; the arm works without it. */
export const gripperStateSchema = z.object({
  /** `absent`: nothing answers where the Hand would be: run without gripper. */
  link: z.enum(['none', 'connecting', 'connected', 'absent', 'lost']),
  /** m between the fingers; null before the first state. */
  width: z.number().nullable(),
  /** m; 0 until the Hand is homed, and until then it refuses to move and to grasp. */
  maxWidth: z.number(),
  homed: z.boolean(),
  grasped: z.boolean(),
  /** As the Hand reports it; null before the first state. */
  temperature: z.number().nullable(),
  activity: z.enum(['none', 'homing', 'grasping', 'moving', 'stopping']),
  /** Why it is not there, or how the last command ended, in plain words; empty when there is nothing to say. */
  message: z.string(),
  tip: z.string(),
})
export type GripperState = z.infer<typeof gripperStateSchema>

/** m, m/s per finger. */
export const gripperMoveSchema = z.object({ width: z.number().min(0).max(0.2), speed: z.number().positive().max(0.2) })
export type GripperMove = z.infer<typeof gripperMoveSchema>

/** An object of `width` is held when the fingers come to rest between width - inner and width + outer. m, m/s, N. */
export const gripperGraspSchema = gripperMoveSchema.extend({
  force: z.number().positive().max(70),
  epsilonInner: z.number().min(0).max(0.2).default(0.005),
  epsilonOuter: z.number().min(0).max(0.2).default(0.005),
})
export type GripperGrasp = z.infer<typeof gripperGraspSchema>

/** What the arm is doing for us. `held`: stopped by a latched cause, power on, waiting for a person. */
export const armActivitySchema = z.enum(['none', 'starting', 'homing', 'episode', 'stopping', 'held', 'recovering'])

/** Everything the window shows of the arm. SI units, base frame. Sent at most 30 times a second, newest wins. */
export const robotStateSchema = z.object({
  link: z.enum(['disconnected', 'connecting', 'connected', 'lost']),
  address: robotAddressSchema.nullable(),
  /** True when the peer is our own simulated arm, started by this station. */
  simulated: z.boolean(),
  protocol: z.number().nullable(),
  /** Age of the newest state packet, ms; null before the first. */
  ageMs: z.number().nullable(),
  mode: robotModeSchema,
  activity: armActivitySchema,
  armed: z.boolean(),
  q: z.array(z.number()).length(JOINTS),
  dq: z.array(z.number()).length(JOINTS),
  /** External torque estimate per joint, Nm. */
  tauExternal: z.array(z.number()).length(JOINTS),
  tooltip: vector3Schema,
  /** m/s */
  tooltipSpeed: z.number(),
  /** Tool mass the robot is configured with, kg. */
  toolMass: z.number(),
  /** Active error flag names as the robot prints them. */
  errors: z.array(z.string()),
  packets: z.object({
    received: z.number(),
    lost: z.number(),
    /** Over the last 10 s. */
    received10s: z.number(),
    lost10s: z.number(),
    /** Robot's own share of commands received in time, 0..1; null when no motion runs. */
    successRate: z.number().nullable(),
  }),
  /** State received to command sent and seen back in the next state, ms; null before a motion ran. */
  roundTripMs: z.object({ mean: z.number(), worst: z.number() }).nullable(),
  supervisor: z.object({
    watching: z.boolean(),
    steps: z.number(),
    slowedSteps: z.number(),
    clippedSteps: z.number(),
    lateTicks: z.number(),
    /** Rows of the supervisor's table that warned or acted in steps or stops since the arm was connected. */
    rules: z.array(z.object({ row: z.int(), warned: z.number(), acted: z.number() })),
  }),
  /** Age of the newest operator heartbeat that reached the native supervisor, ms; null when none is required. */
  heartbeatAgeMs: z.number().nullable(),
  stopBox: stopBoxStateSchema,
  /** Missing while no arm is connected. */
  gripper: gripperStateSchema.optional(),
  stop: stopCauseSchema.nullable(),
})
export type RobotState = z.infer<typeof robotStateSchema>

/** One line of the checklist "Before motion", in a fixed order. */
export const preflightItemSchema = z.object({
  name: z.string(),
  value: z.string(),
  state: z.enum(['ok', 'warn', 'bad', 'wait', 'unk']),
  word: z.string(),
  /** What to do when it is not ok. */
  tip: z.string(),
})
export type PreflightItem = z.infer<typeof preflightItemSchema>

export const robotEventSchema = z.object({ at: z.number(), text: z.string() })
export type RobotEvent = z.infer<typeof robotEventSchema>

const jointsSchema = z.array(z.number()).length(JOINTS)

/** Geometry and limits of the arm in use, of its own kind; a Panda while none is connected. SI units. */
export const armLimitsSchema = z.object({
  /** The robot's own limits of each joint, which nothing here can change. */
  qMin: jointsSchema,
  qMax: jointsSchema,
  velocity: jointsSchema,
  acceleration: jointsSchema,
  jerk: jointsSchema,
  torque: jointsSchema,
  home: jointsSchema,
  /** Allowed box for the tool tip, m. */
  box: z.object({ min: vector3Schema, max: vector3Schema }),
  /** Policy velocity clip, rad/s: an action of 1 asks for this joint velocity. */
  velocityClip: z.number(),
  /** Joint margin in which motion slows, rad. */
  slowMargin: z.number(),
  /** Distance of the tool tip to a wall of the box in which motion slows, m. */
  boxSlowMargin: z.number(),
})
export type ArmLimits = z.infer<typeof armLimitsSchema>
