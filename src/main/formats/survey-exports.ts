import type { ExportSurvey } from '../../contract/exchange-job.ts'
import { openExportSource } from './episode-source.ts'
import type { SourceFacts } from './episode-source.ts'
import type { DatasetExporter } from './dataset-exporter.ts'
import { allLosses } from './export-dataset.ts'
import { EXPORTERS } from './exporters.ts'
import { hasTooltip } from './table/step-columns.ts'

/** Every format that a dataset can be written in, what each would lose of it, and about how large it would be. */
export function surveyExports(path: string): Omit<ExportSurvey, 'folder'> {
  const { facts, close } = openExportSource(path)
  try {
    const formats = EXPORTERS.map((exporter) => {
      const { format, label, summary, makes, extension } = exporter
      const losses = {
        policy: allLosses(exporter, facts, 'policy'),
        sent: allLosses(exporter, facts, 'sent'),
      }
      const bytes =
        Math.round((FACTORS[format] ?? 1.5) * signalBytes(facts)) + (PER_EPISODE[format] ?? 0) * facts.totals.episodes
      return { format, label, summary, makes, extension, name: nameFor(exporter, facts.sheet.name), losses, bytes }
    })
    return { ...facts.totals, leftOut: facts.leftOut, formats }
  } finally {
    close()
  }
}

/** Bytes of the numbers themselves. */
function signalBytes({ sheet, totals }: SourceFacts): number {
  const { observation, action, simulatorState, hasReward } = sheet
  const singles = observation.length + 2 * action.length + (hasTooltip(sheet) ? 3 : 0) + (hasReward ? 1 : 0) + 1
  return (totals.transitions + totals.episodes) * (4 * singles + 8 * simulatorState.length + 8)
}

/** Of the file to the numbers in it, as measured with an arm's data: texts are long, index columns and copies cost. */
const FACTORS: Record<string, number> = {
  csv: 3.1,
  npz: 1,
  parquet: 1.1,
  rlds: 1.1,
  lerobot: 1.3,
  d4rl: 1.5,
  minari: 1.2,
}

/** A name for the export that its format can have: a folder tells its format, or its version where the format wants one. */
function nameFor({ extension, format, nameProblem }: DatasetExporter, dataset: string): string {
  if (extension !== '') return `${dataset}${extension}`
  const plain = `${dataset}-${format}`
  return (nameProblem?.(plain) ?? null) === null ? plain : `${dataset}-v0`
}

/** Bytes beside the numbers that each episode costs, as measured: a group with chunked datasets of its own. */
const PER_EPISODE: Record<string, number> = { minari: 36_000 }
