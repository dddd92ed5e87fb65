import { z } from 'zod'

/** `panda`: simulated arm inside this process at full speed. `panda-fci`: an arm (real or simulated) over the network. */
export const worldNameSchema = z.enum(['panda', 'panda-fci'])
export type WorldName = z.infer<typeof worldNameSchema>

export const modeSchema = z.enum(['published', 'paper', 'modern'])
export type Mode = z.infer<typeof modeSchema>

/** One hyper-parameter of an explorer or learner; the single list that forms, flags and run sheets are made from. */
export const settingSchema = z.object({
  key: z.string(),
  label: z.string(),
  unit: z.string(),
  meaning: z.string(),
  /** Where the default comes from: paper equation or spec section. */
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
