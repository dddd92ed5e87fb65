import { resolve } from 'node:path'
import type { DatasetCoverage } from '../../contract/dataset-coverage.ts'
import { refusal } from '../../contract/problem.ts'
import { DatasetReader } from '../dataset/dataset-reader.ts'
import { comparable, describeCoverages } from '../dataset/coverage/describe-coverage.ts'
import type { Measured } from '../dataset/coverage/describe-coverage.ts'
import { measureCoverage } from '../dataset/coverage/measure-coverage.ts'
import { healDataset } from './cut-text.ts'
import { infoJson, isMeasured, onOneScale } from './info-json.ts'
import type { InfoJson } from './info-json.ts'
import { infoText } from './info-text.ts'
import { watchOf } from './pass-telling.ts'
import type { Verb, VerbInput, VerbResult } from './verb.ts'

/**
 * What one dataset holds, or what two hold side by side. An episode that a dead process left open is closed first; beyond
 * that nothing is written.
 */
async function info(input: VerbInput): Promise<VerbResult> {
  const paths = input.operands.map((operand) => resolve(operand))
  const readers: DatasetReader[] = []
  try {
    for (const path of paths) readers.push(openClosed(path, input))
    const coverages = input.flag('brief') ? [] : await measure(paths, input)
    const all = readers.map((reader, i) => infoJson(reader, coverages[i] ?? null))
    return { json: all.length === 1 ? { ...all[0]! } : { datasets: all, ...compared(all) }, text: infoText(all) }
  } finally {
    for (const reader of readers) reader.close()
  }
}

function openClosed(path: string, input: VerbInput): DatasetReader {
  healDataset(path, input)
  return new DatasetReader(path)
}

/** Coverage of each; on common scales where the datasets have the same observations and actions. */
async function measure(paths: readonly string[], input: VerbInput): Promise<DatasetCoverage[]> {
  const measured: Measured[] = []
  for (const path of paths) {
    const result = await measureCoverage(path, watchOf(input, `coverage of ${path}:`))
    if (!result) throw stopped(path)
    measured.push({ id: path, measurement: result.measurement })
  }
  const [first, second] = measured.map(({ measurement }) => measurement)
  if (!first || !second || comparable(first, second)) return describeCoverages(measured)
  input.progress('the datasets have different observations or actions: each is measured on its own scale')
  const apart = await Promise.all(measured.map((each) => describeCoverages([each])))
  return apart.flat()
}

/** What the second has more than the first; null where one of them has no such figure, or another scale. */
function compared([first, second]: readonly InfoJson[]) {
  if (!first || !second) return {}
  const [a, b] = [first.coverage, second.coverage].map((coverage) => (isMeasured(coverage) ? coverage : null))
  const oneScale = onOneScale([first, second])
  const off = (from: number | null | undefined, to: number | null | undefined): number | null =>
    from === null || from === undefined || to === null || to === undefined ? null : to - from
  return {
    difference: {
      transitions: second.transitions - first.transitions,
      episodes: second.episodes - first.episodes,
      length_mean: second.length.mean - first.length.mean,
      return_mean: off(first.return?.mean, second.return?.mean),
      workspace_fraction: off(a?.workspace?.fraction, b?.workspace?.fraction),
      entropy: oneScale ? off(a?.entropy, b?.entropy) : null,
      diversity: oneScale ? off(a?.diversity?.distance, b?.diversity?.distance) : null,
      action_saturation: off(a?.action_saturation, b?.action_saturation),
    },
  }
}

function stopped(path: string): Error {
  return refusal(
    'interrupted',
    `The coverage of ${path} was not measured to its end. Nothing is written.`,
    'Start again, or give --brief: it tells only what the file has counted itself.',
  )
}

export const verb: Verb = {
  name: 'info',
  summary: 'What a dataset holds and covers; two of them side by side.',
  operands: ['FILE', '[FILE]'],
  options: [{ name: 'brief', kind: 'flag', help: 'only what the file has counted itself: no pass over its data' }],
  run: info,
}
