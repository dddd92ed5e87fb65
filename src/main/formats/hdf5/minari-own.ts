import { endReasonSchema } from '../../../contract/dataset.ts'
import type { RunSheet } from '../../../contract/dataset.ts'
import { episodeShape } from '../../dataset/episode-data.ts'
import type { EpisodeShape } from '../../dataset/episode-data.ts'
import { ForeignFileError } from '../../policy/exchange/foreign-file-error.ts'
import type { EpisodeEnd } from '../../session/episode-recorder.ts'
import type { ForeignDataset, ForeignEpisode } from '../dataset-importer.ts'
import type { Hdf5Column, Hdf5Input } from './hdf5-input.ts'
import { joinedColumns } from '../table/matrix-columns.ts'
import { countedEpisodes } from './minari-metadata.ts'
import type { MinariMetadata } from './minari-metadata.ts'
import { OWN_KEY } from './minari-layout.ts'
import { ownSheet, takenOver } from '../own-sheet.ts'
import { hasTooltip } from '../table/step-columns.ts'

/** A folder that Forager exported: everything it has comes back as it was recorded. */
export function ownMinari(file: Hdf5Input, metadata: MinariMetadata, own: unknown): ForeignDataset {
  const { run_sheet: json, actions, version } = (own ?? {}) as Record<string, unknown>
  const sheet = ownSheet(json)
  const written = actions === 'sent' ? 'sent' : 'policy'
  const header = {
    sheet: takenOver(sheet),
    stepsPerEpisode: sheet.stepsPerEpisode,
    hasSkills: (numberAttribute(file, '/episode_0', 'skill') ?? -1) >= 0,
    transitions: metadata.total_steps,
    producer: `Forager ${String(version)}`,
    beliefs: [],
  }
  return {
    header,
    close: () => file.close(),
    episodes: () => countedEpisodes(file, metadata, (group) => episodeOf(file, group, sheet, written)),
  }
}

function episodeOf(file: Hdf5Input, group: string, sheet: RunSheet, written: 'policy' | 'sent'): ForeignEpisode {
  const shape = episodeShape(sheet)
  const all = (name: string): Hdf5Column => file.required(`${group}/${name}`)
  const floats = (name: string): Float32Array => allRows(all(name), (column, to) => column.floats(0, to))
  const chosen = floats('actions')
  const other = floats(`${OWN_KEY}/${written === 'policy' ? 'sent' : 'policy'}_actions`)
  const skill = numberAttribute(file, group, 'skill') ?? -1
  const startedAtMs = numberAttribute(file, group, 'started_at_ms')
  const end = endOf(file, group)
  const terminal = floats('terminations').at(-1) === 1
  if (terminal !== (end.reason === 'terminal'))
    throw new ForeignFileError('damaged', `the end of its ${group.slice(1)} contradicts its terminations`)
  return {
    number: numberAttribute(file, group, 'number'),
    observations: floats('observations'),
    policyActions: written === 'policy' ? chosen : other,
    sentActions: written === 'sent' ? chosen : other,
    flags: Uint32Array.from(allRows(all(`${OWN_KEY}/flags`), (column, to) => column.doubles(0, to))),
    rewards: sheet.hasReward ? floats('rewards') : null,
    tooltip: hasTooltip(sheet) ? floats('infos/tooltip') : null,
    simulatorStates: simulatorStates(all, shape),
    tickTimes: allRows(all('infos/tick_time_ns'), (column, to) => column.integers(0, to)),
    end,
    startedAtMs,
    skill: skill < 0 ? null : skill,
  }
}

function allRows<T>(column: Hdf5Column, read: (column: Hdf5Column, to: number) => T): T {
  return read(column, column.rows)
}

function simulatorStates(all: (name: string) => Hdf5Column, shape: EpisodeShape): Float64Array | null {
  if (shape.simulatorStateSize === 0) return null
  const [qpos, qvel] = [all('infos/qpos'), all('infos/qvel')]
  if (qpos.rows !== qvel.rows || qpos.width + qvel.width !== shape.simulatorStateSize)
    throw new ForeignFileError('damaged', 'its simulator states are not those of its run sheet')
  return joinedColumns(qpos.doubles(0, qpos.rows), qpos.width, qvel.doubles(0, qvel.rows), qvel.width)
}

function endOf(file: Hdf5Input, group: string): EpisodeEnd {
  const text = (name: string): string => {
    const value = file.attribute(group, name)
    return typeof value === 'string' ? value : ''
  }
  const reason = endReasonSchema.safeParse(text('end_reason'))
  if (!reason.success) throw new ForeignFileError('damaged', `its ${group.slice(1)} does not say how it ended`)
  return {
    reason: reason.data,
    message: text('end_message'),
    stopCode: text('stop_code'),
    stopTitle: text('stop_title'),
  }
}

function numberAttribute(file: Hdf5Input, path: string, name: string): number | null {
  const value = file.attribute(path, name)
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : null
}
