import type { DatasetSummary } from '../../contract/dataset.ts'
import { datasetWord, leftOutText, notTheArm } from './dataset-words.ts'

export type DatasetOrder = 'newest' | 'name' | 'world' | 'explorer' | 'health' | 'size'

export const DATASET_ORDERS: readonly { value: DatasetOrder; label: string }[] = [
  { value: 'newest', label: 'Newest' },
  { value: 'name', label: 'Name' },
  { value: 'world', label: 'World' },
  { value: 'explorer', label: 'Explorer' },
  { value: 'health', label: 'Health' },
  { value: 'size', label: 'Size' },
]

/** What needs a look comes first. */
const HEALTH: readonly DatasetSummary['state'][] = ['damaged', 'missing', 'unfinished', 'recording', 'ready']

/** Numbers inside names count as numbers: run-9 comes before run-10. */
const byText = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

/** Names an explorer as people know it. */
type ExplorerLabel = (name: string) => string

type Compare = (a: DatasetSummary, b: DatasetSummary, label: ExplorerLabel) => number

const COMPARE: Record<Exclude<DatasetOrder, 'newest'>, Compare> = {
  name: (a, b) => byText.compare(a.name, b.name),
  world: (a, b) => byText.compare(a.world, b.world),
  explorer: (a, b, label) => byText.compare(label(a.explorer), label(b.explorer)),
  health: (a, b) => HEALTH.indexOf(a.state) - HEALTH.indexOf(b.state),
  size: (a, b) => b.transitions - a.transitions,
}

/** The list comes newest first; among equals that order stays. */
export function orderDatasets(
  datasets: readonly DatasetSummary[],
  order: DatasetOrder,
  label: ExplorerLabel,
): readonly DatasetSummary[] {
  return order === 'newest' ? datasets : datasets.toSorted((a, b) => COMPARE[order](a, b, label))
}

/** Every word must be in the name, explorer, world, tags or state. */
export function matchesSearch(dataset: DatasetSummary, search: string, label: ExplorerLabel): boolean {
  const { name, explorer, world, tags } = dataset
  const words = [label(explorer), world, notTheArm(dataset), datasetWord(dataset).word, leftOutText(dataset)]
  const text = [name, explorer, ...words, ...tags].join(' ').toLowerCase()
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
