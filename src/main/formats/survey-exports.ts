import type { ExportSurvey } from '../../contract/exchange-job.ts'
import { openExportSource } from './episode-source.ts'
import type { SourceFacts } from './episode-source.ts'
import { EXPORTERS } from './exporters.ts'
import { hasTooltip } from './step-columns.ts'

/** Every format that a dataset can be written in, what each would lose of it, and about how large it would be. */
export function surveyExports(path: string): Omit<ExportSurvey, 'folder'> {
  const { facts, close } = openExportSource(path)
  try {
    const formats = EXPORTERS.map(({ format, label, summary, makes, extension, losses }) => ({
      format,
      label,
      summary,
      makes,
      extension,
      losses: { policy: losses(facts, { actions: 'policy' }), sent: losses(facts, { actions: 'sent' }) },
      bytes: Math.round((FACTORS[format] ?? 1.5) * signalBytes(facts)),
    }))
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
