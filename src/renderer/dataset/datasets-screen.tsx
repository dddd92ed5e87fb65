import { useCallback, useEffect, useState } from 'react'
import type { DatasetSummary } from '../../contract/dataset.ts'
import { Button } from '../parts/button.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Pane, WorkArea } from '../parts/pane.tsx'
import { ProblemView } from '../parts/problem-view.tsx'
import { readExplorers } from '../session/explorers.ts'
import { api } from '../state/api.ts'
import { useKeyAction } from '../state/keys.ts'
import { go, useRoute } from '../state/route.ts'
import { AddDatasetDialog } from './add-dataset-dialog.tsx'
import { CheckLine } from './check-line.tsx'
import { CoverageView } from './coverage/coverage-view.tsx'
import { readCuration } from './curation/curation-store.ts'
import { DatasetHead } from './dataset-head.tsx'
import { DatasetList } from './dataset-list.tsx'
import { openDatasetFeed, showNextView, useBrowse, useDatasets } from './dataset-store.ts'
import css from './datasets-screen.module.css'
import { EpisodeBrowser } from './episode-browser.tsx'
import { openExchangeFeed } from './exchange/exchange-store.ts'
import { ImportDialog } from './exchange/import-dialog.tsx'
import { Inspector } from './inspector.tsx'
import { TimelineView } from './timeline/timeline-view.tsx'
import { useAtMostEvery } from './use-at-most-every.ts'
import { useLoaded } from './use-loaded.ts'

/** At full speed a recording adds many episodes a second; the screen follows it this often. */
const REREAD_MS = 2000

const readDetail = (id: string) => api.dataset.detail.query({ id })

/** Every dataset at the left, the chosen one's episodes in the middle, where its arm has been at the right. */
export function DatasetsScreen() {
  useEffect(openDatasetFeed, [])
  useEffect(openExchangeFeed, [])
  useEffect(() => {
    // Without the list an explorer is shown by its short name; nothing else depends on it.
    readExplorers().catch(() => undefined)
  }, [])
  const route = useRoute()
  const { datasets, problem } = useDatasets()
  const [adding, setAdding] = useState(false)
  const [importing, setImporting] = useState(false)
  const wanted = route.screen === 'datasets' ? route.dataset : null
  const awaited = useAwaited(wanted, datasets)
  const chosen = awaited
    ? null
    : (datasets?.find(({ id }) => id === wanted) ?? datasets?.find(isReadable) ?? datasets?.[0] ?? null)
  const shown = wanted ?? chosen?.id ?? null
  useKeyAction(
    'coverage',
    useCallback(() => shown !== null && showNextView(shown), [shown]),
  )
  const closeAdding = useCallback(() => setAdding(false), [])
  return (
    <WorkArea className={css.grid}>
      <DatasetList
        datasets={datasets}
        chosen={chosen?.id ?? null}
        onAdd={() => setAdding(true)}
        onImport={() => setImporting(true)}
      />
      {chosen ? (
        <ChosenDataset key={chosen.id} summary={chosen} />
      ) : (
        <Pane className={css.rest} label="Dataset">
          {problem ? (
            <ProblemView problem={problem} />
          ) : (
            <NoDataset reading={datasets === null || awaited} onAdd={() => setAdding(true)} />
          )}
        </Pane>
      )}
      {adding && <AddDatasetDialog onClose={closeAdding} />}
      {importing && <ImportDialog onClose={() => setImporting(false)} />}
    </WorkArea>
  )
}

/** A new dataset comes into the list within seconds; until then no other one is shown in its place. */
const AWAIT_MS = 4000

/** True while the dataset that was asked for may still come into the list. One that was there once is not waited for. */
function useAwaited(wanted: string | null, datasets: readonly DatasetSummary[] | null): boolean {
  const [settled, setSettled] = useState<string | null>(null)
  const found = datasets?.some(({ id }) => id === wanted) ?? false
  useEffect(() => {
    const timer = setTimeout(() => setSettled(wanted), found ? 0 : AWAIT_MS)
    return () => clearTimeout(timer)
  }, [wanted, found])
  return wanted !== null && !found && settled !== wanted
}

const isReadable = ({ state }: DatasetSummary): boolean => state !== 'damaged' && state !== 'missing'

function NoDataset({ reading, onAdd }: { reading: boolean; onAdd: () => void }) {
  if (reading) return <EmptyState small title="Reading the list of datasets" />
  return (
    <EmptyState
      title="No datasets yet"
      actions={
        <>
          <Button kind="primary" onClick={() => go('collect')}>
            Collect a dataset
          </Button>
          <Button onClick={onAdd}>Add a file</Button>
        </>
      }
    >
      A run of 200,000 transitions takes about 3 h on the arm. The simulated arm makes one in a few minutes, so you can
      try everything first.
    </EmptyState>
  )
}

function ChosenDataset({ summary }: { summary: DatasetSummary }) {
  const { id, state, episodes, excludedEpisodes } = summary
  // An episode that was added changes everything below; a step of the running one changes nothing.
  const recorded = useAtMostEvery(`${state} ${episodes + excludedEpisodes}`, REREAD_MS)
  // What a person decided is shown at once, whoever it was.
  const version = `${recorded} ${summary.curation}`
  const detail = useLoaded(id, version, readDetail)
  const curation = useLoaded(summary.problem ? null : id, version, readCuration)
  const [inspector, setInspector] = useState(false)
  useKeyAction(
    'inspector',
    useCallback(() => setInspector((open) => !open), []),
  )
  const { view } = useBrowse(id)
  const unreadable = summary.problem ?? detail.problem
  return (
    <>
      <Pane label={`Dataset ${summary.name}`}>
        <DatasetHead summary={summary} detail={detail.value} readable={!unreadable} />
        {unreadable ? (
          <ProblemView problem={unreadable} kind={state === 'missing' ? 'bad' : 'warn'} />
        ) : (
          <>
            <CheckLine summary={summary} version={version} />
            {view === 'coverage' ? (
              <CoverageView summary={summary} />
            ) : view === 'timeline' ? (
              <TimelineView summary={summary} />
            ) : (
              <EpisodeBrowser
                summary={summary}
                version={version}
                detail={detail.value}
                curation={curation.value}
                onInspector={() => setInspector((open) => !open)}
              />
            )}
          </>
        )}
      </Pane>
      {unreadable ? (
        <Pane className={css.inspector} label="Inspector">
          <EmptyState small title="Nothing to show">
            Where the tool tip has been stands here when the file can be read.
          </EmptyState>
        </Pane>
      ) : (
        <Inspector
          summary={summary}
          curation={curation.value}
          version={version}
          detail={detail.value}
          open={inspector}
          onClose={() => setInspector(false)}
        />
      )}
    </>
  )
}
