import { z } from 'zod'

export const diskStateSchema = z.object({
  freeBytes: z.number(),
  /** Folder that was looked at. */
  path: z.string(),
})
export type DiskState = z.infer<typeof diskStateSchema>

export const stationInfoSchema = z.object({
  version: z.string(),
  /** Folder of datasets, policies and the catalogue. */
  home: z.string(),
  /** Instruction sets that the native core uses. */
  native: z.array(z.string()),
  disk: diskStateSchema,
  /** Time of this station, ms since the epoch; the window's clock may differ. */
  clock: z.number(),
})
export type StationInfo = z.infer<typeof stationInfoSchema>
