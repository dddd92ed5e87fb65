import { StateWord } from '../parts/state-word.tsx'
import { ProgressBar } from '../parts/progress-bar.tsx'
import { useNow } from '../state/now.ts'
import { useRobot, useRobotReading } from '../state/robot-store.ts'
import { robotNews, robotRemark, robotWord } from '../state/robot-words.ts'
import type { Route } from '../state/route.ts'
import { useSession } from '../state/session-store.ts'
import { useStation } from '../state/station-store.ts'
import { stopArm } from '../state/stop.ts'
import { runWords } from './run-words.ts'
import css from './top-bar.module.css'

const TABS = [
  ['robot', 'Robot'],
  ['collect', 'Collect'],
  ['datasets', 'Datasets'],
  ['train', 'Train'],
  ['evaluate', 'Evaluate'],
] as const

/** Screens that are reached through another one. */
const WITHIN: Partial<Record<Route['screen'], string>> = { episode: 'datasets', incidents: 'robot' }

export function TopBar({ route }: { route: Route }) {
  const screen = WITHIN[route.screen] ?? route.screen
  return (
    <header className={css.bar}>
      <div className={css.mark}>
        <Mark />
        <span>Forager</span>
      </div>
      <nav className={css.tabs} aria-label="Screens">
        {TABS.map(([name, title]) => (
          <a key={name} href={`#/${name}`} aria-current={name === screen ? 'page' : undefined}>
            {title}
          </a>
        ))}
      </nav>
      <div className={css.space} />
      <RunCell />
      <RobotCell />
      <button
        type="button"
        className={css.stop}
        aria-label="STOP, software stop"
        title="Stops the motion in about 0.15 s. The hardware stop stays in charge."
        // At the press, not at the release: a stop must not wait for the finger to lift.
        onPointerDown={() => void stopArm('button in the window')}
        onKeyDown={(event) => event.key === 'Enter' && !event.repeat && void stopArm('button in the window')}
      >
        <b>STOP</b>
        <small>software stop</small>
      </button>
    </header>
  )
}

function Mark() {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path d="M3 14h6M6 14V9L3.5 5 9 2l4 3v3" />
      <circle cx="13" cy="9.5" r="1.2" fill="currentColor" stroke="none" />
    </svg>
  )
}

function RunCell() {
  const { progress, receivedAt } = useSession()
  const stopped = useRobot(({ robot }) => robot?.stop?.latched === true)
  const { title, before, name, after } = runWords(progress, stopped, receivedAt)
  const show = progress !== null && progress.state !== 'none' && progress.state !== 'done' && progress.target > 0
  return (
    <a className={`${css.cell} ${css.run}`} href="#/collect" aria-label={`Run: ${title}, ${before}${name}${after}`}>
      <b>{title}</b>
      <small className={css.remark}>
        <span>{before}</span>
        <span className={css.name}>{name}</span>
        <span>{after}</span>
      </small>
      <span className={show ? css.mini : css.hidden}>
        <ProgressBar label="Run" value={progress?.transitions ?? 0} total={progress?.target ?? 0} />
      </span>
    </a>
  )
}

function RobotCell() {
  const { robot, receivedAt } = useRobotReading()
  const link = useStation((station) => station.link)
  const news = robotNews(robot, receivedAt, useNow())
  const state = robotWord(robot, news, link !== 'up')
  return (
    <a className={`${css.cell} ${css.robot}`} href="#/robot">
      <b aria-live="polite">
        <StateWord kind={state.kind}>{state.word}</StateWord>
      </b>
      <small>{robotRemark(robot, news, link === 'lost')}</small>
    </a>
  )
}
