import { createReadStream } from 'node:fs'
import type { DatasetExporter } from '../dataset-exporter.ts'
import { csvRecords } from './csv-records.ts'
import { float32Text } from './float32-text.ts'
import { OutputFile } from '../output-file.ts'
import { stepColumns, tableLosses } from './step-columns.ts'
import type { StepColumn, StepValue } from './step-columns.ts'

/** One text table (RFC 4180), a row a step, the last observation of each episode on a row of its own. */
export const csvExporter: DatasetExporter = {
  format: 'csv',
  label: 'CSV table',
  summary: 'One row per step with units in the head; for spreadsheets, MATLAB, R and pandas.',
  makes: 'file',
  extension: '.csv',
  actionUnits: 'physical',
  losses: ({ sheet }) => [
    'The run sheet: who recorded the data, with which explorer, settings, seed and limits.',
    ...tableLosses(sheet),
  ],
  async write({ sheet, episodes }, partial, { actions }) {
    const columns = stepColumns(sheet, actions)
    const file = new OutputFile(partial)
    try {
      file.write(Buffer.from(`${columns.map(headOf).join(',')}\r\n`, 'utf8'))
      for await (const episode of episodes()) {
        const lines: string[] = []
        for (let t = 0; t <= episode.steps; t++) {
          let line = ''
          for (const column of columns) line += `${line === '' ? '' : ','}${fieldOf(column, column.at(episode, t))}`
          lines.push(line)
        }
        file.write(Buffer.from(`${lines.join('\r\n')}\r\n`, 'utf8'))
      }
      file.finish()
    } finally {
      file.close()
    }
  },
  recount: countRows,
}

/** `observation.q1 [rad]`; just the name of a number without a unit. */
function headOf({ name, unit }: StepColumn): string {
  return quoted(unit === '' ? name : `${name} [${unit}]`)
}

function fieldOf({ type }: StepColumn, value: StepValue): string {
  if (value === null) return ''
  if (type === 'float32') return float32Text(value as number)
  return type === 'text' ? quoted(value as string) : String(value)
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Every episode has one row more than steps. */
async function countRows(path: string): Promise<{ episodes: number; transitions: number }> {
  let rows = -1
  let episodes = 0
  let before = ''
  for await (const record of csvRecords(createReadStream(path))) {
    rows += 1
    const episode = record[0] ?? ''
    if (rows > 0 && episode !== before) episodes += 1
    before = episode
  }
  return { episodes, transitions: rows - episodes }
}
