import type Database from 'better-sqlite3'
import { z } from 'zod'
import { refusal } from '../../../contract/problem.ts'
import { vector3Schema } from '../../../contract/robot.ts'
import { CoverageGrid } from './coverage-grid.ts'

const boxSchema = z
  .object({ min: vector3Schema, max: vector3Schema })
  .refine(({ min, max }) => min.every((least, axis) => least < max[axis]!))

/** The coverage that a dataset keeps; null in a world without a tool tip. Refuses with `dataset-damaged`. */
export function storedGrid(db: Database.Database): CoverageGrid | null {
  const row = db.prepare<[], { box: string; cells: Buffer }>('SELECT box, cells FROM coverage WHERE id = 1').get()
  if (!row) return null
  try {
    return new CoverageGrid(boxSchema.parse(JSON.parse(row.box)), row.cells)
  } catch (error) {
    throw refusal(
      'dataset-damaged',
      `The coverage that ${db.name} keeps cannot be read. The file is unchanged; its episodes are not concerned.`,
      'Restore the file from a backup, or export its episodes and import them again.',
      String(error),
    )
  }
}
