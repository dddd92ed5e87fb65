import { WorkArea } from '../parts/pane.tsx'
import { ArmView } from './arm-view.tsx'
import { ConnectionColumn } from './connection-column.tsx'
import { JointsPane } from './joints-pane.tsx'
import css from './robot-screen.module.css'
import { StatePane } from './state-pane.tsx'

/** Connection and checklist left, live arm in the middle, state words right, joints below. */
export function RobotScreen() {
  return (
    <WorkArea className={css.grid}>
      <ConnectionColumn />
      <ArmView />
      <StatePane />
      <JointsPane />
    </WorkArea>
  )
}
