import { z } from 'zod'

/** A trouble that people have with this robot, and what to do; those that the station finds by itself say where. */
export const robotTroubleSchema = z.object({
  number: z.int(),
  topic: z.enum(['connecting', 'robot not ready', 'this computer', 'commands', 'long runs', 'gripper']),
  /** As people notice it, or as the robot or its library words it. */
  title: z.string(),
  cause: z.string(),
  remedy: z.string(),
  /** Where the station says it by itself; empty when only a person can know. */
  shown: z.string(),
})
export type RobotTrouble = z.infer<typeof robotTroubleSchema>
