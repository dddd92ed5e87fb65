import { z } from 'zod'

/** So long something in the trash is advertised as restorable; afterwards it waits for a person all the same. */
export const TRASH_DAYS = 30

export const trashEntrySchema = z.object({
  id: z.string(),
  kind: z.enum(['dataset', 'view']),
  name: z.string(),
  /** Where it lay, and where Restore puts it. */
  originalPath: z.string(),
  trashedAt: z.number(),
  bytes: z.int(),
})
export type TrashEntry = z.infer<typeof trashEntrySchema>
