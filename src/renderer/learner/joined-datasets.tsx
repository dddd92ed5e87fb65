import type { DatasetSummary } from '../../contract/dataset.ts'
import { formatNumber } from '../parts/format.ts'
import { Select } from '../parts/select.tsx'

const NONE = 'none'

/** The arm in this process and the arm over the network are the same arm. */
const family = (world: string): string => (world === 'panda-fci' ? 'panda' : world)

/** Datasets that can be joined to `first`. */
export function joinable(first: DatasetSummary | undefined, usable: readonly DatasetSummary[]): DatasetSummary[] {
  if (first === undefined) return []
  return usable.filter((other) => other.id !== first.id && family(other.world) === family(first.world))
}

interface Props {
  /** What can be chosen. */
  candidates: readonly DatasetSummary[]
  /** Ids of what is chosen, in order. */
  joined: readonly string[]
  onChange: (joined: string[]) => void
}

/** Further datasets to train from together with the first: one field for each, and an empty one for the next. */
export function JoinedDatasets({ candidates, joined, onChange }: Props) {
  const fields = joined.length < candidates.length ? [...joined, NONE] : joined
  return fields.map((id, i) => (
    <Select
      key={i}
      wide
      label={i === 0 ? 'Joined with' : 'And with'}
      value={id}
      options={[
        { value: NONE, label: 'No other dataset' },
        ...candidates
          .filter((other) => other.id === id || !joined.includes(other.id))
          .map((other) => ({ value: other.id, label: other.name, remark: formatNumber(other.transitions) })),
      ]}
      onChange={(value) => onChange(value === NONE ? joined.toSpliced(i, 1) : joined.toSpliced(i, 1, value))}
    />
  ))
}
