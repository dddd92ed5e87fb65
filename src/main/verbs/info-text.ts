import { SATURATED_ABOVE } from '../../contract/dataset-coverage.ts'
import { terminalCommand } from '../../contract/terminal-command.ts'
import { bytesText } from '../platform/disk.ts'
import { isMeasured, onOneScale } from './info-json.ts'
import type { CoverageJson, InfoJson } from './info-json.ts'

/** One fact of each dataset; numbers have a difference. */
interface Fact {
  name: string
  values: string[]
  numbers?: (number | null)[]
  decimals?: number
}

const MISSING = 'none'

/** One dataset: a fact a line. Two: their facts side by side, and how much the second has more. */
export function infoText(all: readonly InfoJson[]): string {
  const facts = [...runFacts(all), ...coverageFacts(all)]
  const heads = all.length > 1 ? all.map(({ dataset }) => dataset.split('/').at(-1)!) : []
  const rows = facts.map((fact) => [fact.name, ...fact.values, ...(all.length > 1 ? [difference(fact)] : [])])
  const table = all.length > 1 ? [['', ...heads, 'second - first'], ...rows] : rows
  return [...all.map(({ dataset }) => dataset), ...aligned(table), ...all.flatMap(notes)].join('\n')
}

function runFacts(all: readonly InfoJson[]): Fact[] {
  const text = (name: string, tell: (info: InfoJson) => string): Fact => ({ name, values: all.map(tell) })
  return [
    text('world', ({ world, world_options }) =>
      [world, ...Object.entries(world_options).map(([name, value]) => `${name} ${value}`)].join(', '),
    ),
    text('explorer', ({ explorer, mode, seed }) => `${explorer}, mode ${mode}, seed ${seed}`),
    ...(all.some(({ imported }) => imported) ? [text('imported', importedText)] : []),
    {
      ...text('transitions', ({ transitions, target, state }) => `${transitions} of ${target} (${state})`),
      numbers: all.map(({ transitions }) => transitions),
    },
    { ...text('episodes', ({ episodes }) => String(episodes)), numbers: all.map(({ episodes }) => episodes) },
    ...(all.some(({ left_out: out }) => out.transitions > 0) ? [text('left out', leftOutText)] : []),
    ...(all.some(({ tags }) => tags.length > 0) ? [text('tags', ({ tags }) => tags.join(', ') || MISSING)] : []),
    {
      ...text('length', ({ length }) => `mean ${length.mean.toFixed(1)}, longest ${length.max}${quartiles(length)}`),
      numbers: all.map(({ length }) => length.mean),
      decimals: 1,
    },
    ...(all.some(({ skills }) => skills) ? [text('skills', ({ skills }) => skillText(skills))] : []),
    {
      ...text('return', ({ return: sum }) => (sum ? `${sum.mean.toFixed(1)} ± ${sum.std.toFixed(1)}` : MISSING)),
      numbers: all.map(({ return: sum }) => sum && sum.mean),
      decimals: 1,
    },
    text('end reasons', ({ end_reasons }) => entries(end_reasons).join(', ') || MISSING),
    text('size', ({ bytes }) => bytesText(bytes)),
    text('largest signals', ({ signal_bytes }) => largest(signal_bytes)),
  ]
}

const largest = (sizes: Record<string, number>): string =>
  Object.entries(sizes)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 3)
    .map(([signal, size]) => `${signal.replaceAll('_', ' ')} ${bytesText(size)}`)
    .join(', ') || MISSING

const importedText = ({ imported }: InfoJson): string =>
  imported ? [`from ${imported.from} (${imported.format})`, ...imported.beliefs].join(' ') : MISSING

const leftOutText = ({ left_out: out }: InfoJson): string =>
  `${out.transitions} transitions: ${out.episodes} episodes excluded, ${out.trimmed_episodes} trimmed`

const entries = (counts: Record<string, number>): string[] =>
  Object.entries(counts).map(([reason, count]) => `${reason} ${count}`)

/** Half of the episodes have a length between the first two. */
function quartiles(length: InfoJson['length']): string {
  const { q25, median, q75 } = length
  return q25 === undefined ? '' : `, half of them ${round(q25)} to ${round(q75)}, median ${round(median)}`
}

const round = (steps: number | undefined): string => String(Math.round(10 * (steps ?? 0)) / 10)

function skillText(skills: InfoJson['skills']): string {
  if (!skills) return MISSING
  const counts = Object.entries(skills).map(([skill, episodes]) => `${skill} (${episodes})`)
  return `${counts.length}, with their episodes: ${counts.join(', ')}`
}

function coverageFacts(all: readonly InfoJson[]): Fact[] {
  const measured = all.map(({ coverage }) => coverage).filter(isMeasured)
  if (measured.length < all.length) return [boxFact(all)]
  const number = (
    name: string,
    decimals: number,
    unit: string,
    value: (coverage: CoverageJson) => number | null,
  ): Fact => {
    const numbers = measured.map(value)
    return {
      name,
      numbers,
      decimals,
      values: numbers.map((each) => (each === null ? MISSING : `${each.toFixed(decimals)} ${unit}`.trim())),
    }
  }
  const diversity = measured[0]?.diversity
  const scaled = (fact: Fact): Fact => (onOneScale(all) ? fact : { ...fact, numbers: [] })
  return [
    ...(measured.some(({ workspace }) => workspace) ? [workspaceFact(measured)] : []),
    scaled(number('entropy', 3, 'of 1', ({ entropy }) => entropy)),
    scaled({
      ...number('diversity', 3, 'std', (coverage) => coverage.diversity?.distance ?? null),
      name: diversity ? `diversity (neighbour ${diversity.neighbour} of ${diversity.sample} states)` : 'diversity',
    }),
    number(`actions beyond ${SATURATED_ABOVE}`, 1, '%', ({ action_saturation }) => 100 * action_saturation),
    { name: '', values: all.map(() => '') },
    { name: 'entropy of each value, 0 to 1', values: all.map(() => '') },
    ...dimensionFacts(measured, 'observations', 'state'),
    ...dimensionFacts(measured, 'actions', 'action'),
  ]
}

function workspaceFact(measured: readonly CoverageJson[]): Fact {
  const shares = measured.map(({ workspace }) => workspace && 100 * workspace.fraction)
  const values = measured.map(({ workspace }, i) =>
    workspace
      ? `${shares[i]!.toFixed(1)} %: ${workspace.cells_reached} of ${workspace.cells_within_reach} cells of 5 cm within reach`
      : MISSING,
  )
  return { name: 'workspace', values, numbers: shares, decimals: 1 }
}

function boxFact(all: readonly InfoJson[]): Fact {
  const values = all.map(({ coverage }) =>
    coverage ? `${coverage.cells_reached} of ${coverage.cells_total} cells of 5 cm in the box` : MISSING,
  )
  return { name: 'coverage', values, numbers: all.map(({ coverage }) => coverage?.cells_reached ?? null) }
}

/** One line a value of the observation or action; of worlds that differ each has its own lines. */
function dimensionFacts(measured: readonly CoverageJson[], signal: 'observations' | 'actions', word: string): Fact[] {
  const names = [...new Set(measured.flatMap((coverage) => coverage[signal].map(({ name }) => name)))]
  return names.map((name) => {
    const found = measured.map((coverage) => coverage[signal].find((each) => each.name === name))
    return {
      name: `  ${word} ${name}`,
      values: found.map((dimension) => (dimension ? dimensionText(dimension) : MISSING)),
      numbers: found.map((dimension) => dimension?.entropy ?? null),
      decimals: 3,
    }
  })
}

type Dimension = CoverageJson['observations' | 'actions'][number]

/** "0.742 over -2.9 .. 2.9 rad (std 0.575)" */
function dimensionText(dimension: Dimension): string {
  const { unit, range, entropy, std } = dimension
  const [low, high] = [range.min, range.max].map((value) => Number(value.toPrecision(3)))
  const asides = [
    ...(std === null ? [] : [`std ${std.toPrecision(3)}`]),
    ...('saturation' in dimension ? [`${(100 * dimension.saturation).toFixed(1)} % saturated`] : []),
  ]
  return `${entropy.toFixed(3)} over ${low} .. ${high}${unit === '' ? '' : ` ${unit}`} (${asides.join(', ')})`
}

function difference({ numbers, decimals = 0 }: Fact): string {
  const [first, second] = numbers ?? []
  if (first === undefined || first === null || second === undefined || second === null) return ''
  const off = second - first
  return `${off > 0 ? '+' : ''}${off.toFixed(decimals)}`
}

/** What the figures leave out. */
function notes({ dataset, coverage }: InfoJson): string[] {
  if (!isMeasured(coverage)) return []
  const { damaged_episodes: damaged, not_finite: lost } = coverage
  return [
    ...(damaged.length > 0
      ? [
          `${dataset}: coverage leaves out ${damaged.length} episodes that do not fit their checksums; run: ${terminalCommand('check', dataset)}`,
        ]
      : []),
    ...(lost > 0 ? [`${dataset}: coverage leaves out ${lost} values that are not finite numbers`] : []),
  ]
}

/** Columns as wide as their longest text; the last one is ragged. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const columns = rows[0]?.length ?? 0
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...rows.map((row) => row[i]!.length)))
  return rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i]!)).join('  ')}`.trimEnd())
}
