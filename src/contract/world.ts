import { z } from 'zod'

/** `panda`: simulated arm inside this process at full speed. `panda-fci`: an arm (real or simulated) over the network. */
export const armWorldNameSchema = z.enum(['panda', 'panda-fci'])
export type ArmWorldName = z.infer<typeof armWorldNameSchema>

/** Bodies in a plane that learn to run, simulated by MuJoCo inside this process at full speed. */
export const locomotionNameSchema = z.enum(['HalfCheetah-v1', 'Hopper-v1', 'Walker2d-v1'])
export type LocomotionName = z.infer<typeof locomotionNameSchema>

export const worldNameSchema = z.enum([...armWorldNameSchema.options, ...locomotionNameSchema.options])
export type WorldName = z.infer<typeof worldNameSchema>

/** Choices that make another world of the same name; each world takes those it knows. */
export const worldOptionsSchema = z.object({
  /**
   * Masses of the bodies of a locomotion world. `legacy`: as MuJoCo up to 2.1.2 reckoned them, in the paper and D4RL.
   * `exact`: as later ones do, in Gymnasium v4 and v5.
   */
  inertia: z.enum(['legacy', 'exact']).optional(),
})
export type WorldOptions = z.infer<typeof worldOptionsSchema>
export type LocomotionOptions = { inertia: 'legacy' | 'exact' }

export const modeSchema = z.enum(['published', 'paper', 'modern'])
export type Mode = z.infer<typeof modeSchema>

/** One hyper-parameter of an explorer or learner; the single list that forms, flags and run sheets are made from. */
export const settingSchema = z.object({
  key: z.string(),
  label: z.string(),
  unit: z.string(),
  meaning: z.string(),
  /** Where the default comes from: the paper's equation or table, or a release. */
  source: z.string(),
  minimum: z.number(),
  maximum: z.number(),
  integer: z.boolean(),
  /** Default per mode. */
  defaults: z.object({ published: z.number(), paper: z.number(), modern: z.number() }),
})
export type Setting = z.infer<typeof settingSchema>

export const methodSchema = z.object({
  /** As typed on the command line, e.g. `td3`, `random`. */
  name: z.string(),
  label: z.string(),
  summary: z.string(),
  learns: z.boolean(),
  modes: z.array(modeSchema),
  settings: z.array(settingSchema),
})
export type Method = z.infer<typeof methodSchema>
