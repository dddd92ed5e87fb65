import { useEffect } from 'react'
import { EmptyState } from '../parts/empty-state.tsx'
import { Pane, WorkArea } from '../parts/pane.tsx'
import { useSession } from '../state/session-store.ts'
import { useStation } from '../state/station-store.ts'
import { readExplorers } from './explorers.ts'
import { ReadyScreen } from './ready-screen.tsx'
import { RunningScreen } from './running-screen.tsx'

/** One screen that follows the run: ready, running, summary. */
export function CollectScreen() {
  const progress = useSession((session) => session.progress)
  const stationUp = useStation((station) => station.link === 'up')
  useEffect(() => {
    // A failure shows as the list staying empty; the station's own state says why.
    if (stationUp) readExplorers().catch(() => undefined)
  }, [stationUp])
  if (progress === null)
    return (
      <WorkArea>
        <Pane>
          <EmptyState title="The state of the run is not read yet">
            This window waits for the station. Nothing was started from here.
          </EmptyState>
        </Pane>
      </WorkArea>
    )
  return progress.state === 'none' ? <ReadyScreen /> : <RunningScreen progress={progress} />
}
