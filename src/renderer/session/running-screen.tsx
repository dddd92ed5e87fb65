import type { SessionProgress } from '../../contract/session.ts'
import { WorkArea } from '../parts/pane.tsx'
import { CoveragePane } from './coverage-pane.tsx'
import { EpisodeLanes } from './episode-lanes.tsx'
import { HealthPane } from './health-pane.tsx'
import { LastStops } from './last-stops.tsx'
import { LiveView } from './live-view.tsx'
import { RunHero } from './run-hero.tsx'
import css from './running-screen.module.css'

/** The open run, or the summary of one that ended: kept transitions first, then what the arm does and how well it goes. */
export function RunningScreen({ progress }: { progress: SessionProgress }) {
  return (
    <WorkArea className={css.grid}>
      <RunHero progress={progress} />
      <div className={css.views}>
        <LiveView progress={progress} />
        <CoveragePane progress={progress} />
      </div>
      <HealthPane progress={progress} />
      <EpisodeLanes progress={progress} />
      <LastStops progress={progress} />
    </WorkArea>
  )
}
