import type { ImportLook, ImportPreview } from '../../contract/exchange-job.ts'
import { bytesIn } from '../platform/new-path.ts'
import { ForeignFileError } from '../policy/exchange/foreign-file-error.ts'
import { importRefusal, importerOf } from './import-dataset.ts'

/** What a file or folder of another tool is believed to hold. Refuses as importDataset does; writes nothing. */
export async function lookAtImport({ path, world, stepPeriodS }: ImportLook): Promise<ImportPreview> {
  const importer = await importerOf({ path, format: null })
  try {
    const { header, close } = await importer.open(path, { world, stepPeriodS, stepsPerEpisode: null })
    try {
      const { sheet, episodes = null, transitions, producer, beliefs } = header
      const { observation, action, hasReward } = sheet
      const about = { format: importer.format, label: importer.label, bytes: bytesIn(path), producer }
      const columns = { world: sheet.world, stepPeriodS: sheet.stepPeriodS, observation, action, hasReward }
      return { ...about, ...columns, episodes, transitions, beliefs }
    } finally {
      close()
    }
  } catch (error) {
    throw error instanceof ForeignFileError ? importRefusal(path, error) : error
  }
}
