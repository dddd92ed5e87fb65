import { useCallback, useEffect, useState } from 'react'
import css from './app.module.css'
import { WORK_AREA_ID } from './parts/dialog.tsx'
import { DatasetsScreen } from './dataset/datasets-screen.tsx'
import { EpisodeScreen } from './dataset/episode/episode-screen.tsx'
import { EvaluateScreen } from './evaluation/evaluate-screen.tsx'
import { TrainScreen } from './learner/train-screen.tsx'
import { IncidentScreen } from './robot/incident-screen.tsx'
import { RobotScreen } from './robot/robot-screen.tsx'
import { SafetyNotice } from './robot/safety-notice.tsx'
import { StopDialog } from './robot/stop-dialog.tsx'
import { CollectScreen } from './session/collect-screen.tsx'
import { Footer } from './shell/footer.tsx'
import { KeyHelp } from './shell/key-help.tsx'
import { LostBanner } from './shell/lost-banner.tsx'
import { ScreenGuard } from './shell/screen-guard.tsx'
import { TopBar } from './shell/top-bar.tsx'
import { useKeyAction } from './state/keys.ts'
import { useRoute, type Route } from './state/route.ts'

/** Top bar, one screen, footer. The latched stop stands over every screen. */
export function App() {
  const route = useRoute()
  const [help, setHelp] = useState(false)
  const toggleHelp = useCallback(() => setHelp((open) => !open), [])
  useKeyAction('help', toggleHelp)
  useEffect(() => {
    document.title = `Forager: ${TITLES[route.screen]}`
  }, [route.screen])
  return (
    <div className={css.window}>
      <TopBar route={route} />
      <LostBanner />
      <main id={WORK_AREA_ID} className={css.work}>
        <ScreenGuard key={route.screen}>
          <Screen route={route} />
        </ScreenGuard>
      </main>
      <Footer onHelp={toggleHelp} />
      <SafetyNotice />
      <StopDialog />
      {help && <KeyHelp onClose={toggleHelp} />}
    </div>
  )
}

const TITLES: Record<Route['screen'], string> = {
  robot: 'Robot',
  incidents: 'Incidents',
  collect: 'Collect',
  datasets: 'Datasets',
  episode: 'Episode',
  train: 'Train',
  evaluate: 'Evaluate',
}

function Screen({ route }: { route: Route }) {
  switch (route.screen) {
    case 'robot':
      return <RobotScreen />
    case 'incidents':
      return <IncidentScreen id={route.incident} />
    case 'collect':
      return <CollectScreen />
    case 'train':
      return <TrainScreen />
    case 'evaluate':
      return <EvaluateScreen />
    case 'datasets':
      return <DatasetsScreen />
    case 'episode':
      return <EpisodeScreen id={route.dataset} episode={route.episode} />
  }
}
