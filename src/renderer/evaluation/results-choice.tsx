import { Select } from '../parts/select.tsx'
import { chooseExperiment, OTHER_TASKS, useExperiment } from './experiment-store.ts'
import css from './experiment.module.css'

const OWN = 'station'
/** Folder names cannot hold this sign, so that no experiment is mistaken for the station's own tries. */
const MARK = '/'

/** Whose results the screen shows: the tries of this station, or one of the experiments in its folder. */
export function ResultsChoice() {
  const { list, chosen } = useExperiment()
  const options = (list ?? []).map(({ id, experiment, scale, problem }) => ({
    value: MARK + id,
    label: id,
    remark: problem === null ? `${NAMES[experiment]}, ${percent(scale)}` : 'cannot be read',
  }))
  return (
    <div className={css.choice}>
      <Select
        label="Results"
        value={chosen === null ? OWN : chosen === OTHER_TASKS ? OTHER_TASKS : MARK + chosen}
        options={[
          { value: OWN, label: 'Table 1', remark: 'this station' },
          { value: OTHER_TASKS, label: 'Other tasks', remark: 'this station' },
          ...options,
        ]}
        onChange={(value) =>
          chooseExperiment(value === OWN ? null : value === OTHER_TASKS ? OTHER_TASKS : value.slice(MARK.length))
        }
      />
    </div>
  )
}

const NAMES = { figure3: 'figure 3', table1: 'table 1' }

const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`
