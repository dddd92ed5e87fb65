import { useCallback, useEffect, useRef, useState } from 'react'
import type { DatasetSummary } from '../../contract/dataset.ts'
import { Button } from '../parts/button.tsx'
import { formatNumber } from '../parts/format.ts'
import { Pane, PaneBody, PaneFoot, PaneHead } from '../parts/pane.tsx'
import { moveByArrow } from '../parts/roving.ts'
import { Select } from '../parts/select.tsx'
import { StateWord } from '../parts/state-word.tsx'
import { explorerLabel, useExplorers } from '../session/explorers.ts'
import { useKeyAction } from '../state/keys.ts'
import { go } from '../state/route.ts'
import { openViewFeed } from '../state/views-store.ts'
import { DATASET_ORDERS, matchesSearch, orderDatasets } from './dataset-order.ts'
import type { DatasetOrder } from './dataset-order.ts'
import { useDatasets } from './dataset-store.ts'
import { datasetWord, leftOutText, madeBy } from './dataset-words.ts'
import css from './datasets-screen.module.css'
import { ExchangeLines } from './exchange/exchange-lines.tsx'
import { useExchange } from './exchange/exchange-store.ts'
import exchangeCss from './exchange/exchange.module.css'
import { TrashDialog } from './curation/trash-dialog.tsx'
import { ViewList } from './curation/view-list.tsx'

type Props = {
  datasets: readonly DatasetSummary[] | null
  chosen: string | null
  onAdd: () => void
  onImport: () => void
}

/** Every dataset the station knows, with its state. */
export function DatasetList({ datasets, chosen, onAdd, onImport }: Props) {
  const search = useDatasets((state) => state.search)
  const [trash, setTrash] = useState(false)
  useEffect(openViewFeed, [])
  const order = useDatasets((state) => state.order)
  const found = orderDatasets(datasets ?? [], order, explorerLabel).filter((dataset) =>
    matchesSearch(dataset, search, explorerLabel),
  )
  return (
    <Pane label="Datasets">
      <PaneHead
        title="Datasets"
        end={
          <>
            <Button size="small" kind="quiet" onClick={onImport}>
              Import…
            </Button>
            <Button size="small" kind="quiet" title="Add a dataset file from elsewhere to the list" onClick={onAdd}>
              Add…
            </Button>
          </>
        }
      >
        {datasets && <span>{formatNumber(datasets.length)}</span>}
      </PaneHead>
      {datasets !== null && datasets.length > 0 && <Search value={search} order={order} />}
      <PaneBody flush>
        <div role="listbox" aria-label="Datasets" onKeyDown={(event) => moveByArrow(event, '[role=option]', true)}>
          {found.map((dataset) => (
            <DatasetOption key={dataset.id} dataset={dataset} selected={dataset.id === chosen} />
          ))}
        </div>
        {datasets !== null && found.length === 0 && search !== '' && (
          <p className={css.listFoot}>No dataset has “{search}” in its name, explorer, world, state or tags.</p>
        )}
        <ViewList />
      </PaneBody>
      <ExchangeFoot />
      <PaneFoot>
        <Button size="small" kind="quiet" className={css.footButton} onClick={() => setTrash(true)}>
          Trash…
        </Button>
      </PaneFoot>
      {trash && <TrashDialog onClose={() => setTrash(false)} />}
    </Pane>
  )
}

/** Exports and imports that run or are not dismissed yet, whoever started them and from which window. */
function ExchangeFoot() {
  const jobs = useExchange((state) => state.jobs)
  if (jobs.length === 0) return null
  return (
    <div className={exchangeCss.lines}>
      <ExchangeLines jobs={jobs} short />
    </div>
  )
}

function Search({ value, order }: { value: string; order: DatasetOrder }) {
  const input = useRef<HTMLInputElement>(null)
  useKeyAction(
    'filter',
    useCallback(() => input.current?.select(), []),
  )
  return (
    <div className={css.search}>
      <input
        ref={input}
        type="search"
        aria-label="Find a dataset"
        placeholder="Find, Ctrl F"
        value={value}
        spellCheck={false}
        onChange={(event) => useDatasets.setState({ search: event.target.value })}
      />
      <Select
        small
        label="Order of the datasets"
        value={order}
        options={DATASET_ORDERS}
        onChange={(chosen) => useDatasets.setState({ order: chosen })}
      />
    </div>
  )
}

function DatasetOption({ dataset, selected }: { dataset: DatasetSummary; selected: boolean }) {
  const { kind, word } = datasetWord(dataset)
  const leftOut = leftOutText(dataset)
  useExplorers((state) => state.explorers)
  return (
    <button
      type="button"
      className={css.dataset}
      role="option"
      aria-selected={selected}
      tabIndex={selected ? 0 : -1}
      title={dataset.path}
      onClick={() => go('datasets', dataset.id)}
    >
      <b>{dataset.name}</b>
      <span className={css.count}>{formatNumber(dataset.transitions)}</span>
      <small>{[madeBy(dataset, explorerLabel), ...dataset.tags].join(' · ')}</small>
      <small>
        <StateWord kind={kind}>{word}</StateWord>
      </small>
      {leftOut !== '' && <small className={css.leftOut}>{leftOut}</small>}
    </button>
  )
}
