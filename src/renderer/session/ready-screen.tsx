import { Hud, Pane, PaneBody, PaneHead, Rule, WorkArea } from '../parts/pane.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { formatMillimetres } from '../parts/format.ts'
import { RadioRows } from '../parts/radio-rows.tsx'
import { ArmScene } from '../scene/arm-scene.tsx'
import type { ArmLimits } from '../../contract/robot.ts'
import { useRobot } from '../state/robot-store.ts'
import { useExplorers } from './explorers.ts'
import { editRun, readForm, useRunForm } from './run-form.ts'
import { RunFields, WorldSegment } from './run-fields.tsx'
import css from './ready-screen.module.css'
import { StartPane } from './start-pane.tsx'

/** Explorer and run left, allowed box in the middle, finish time and Start right. */
export function ReadyScreen() {
  const form = useRunForm()
  const explorer = useExplorers((state) => state.explorers?.find(({ name }) => name === form.explorer))
  const { start, errors } = readForm(form, explorer)
  const limits = useRobot((state) => state.limits)
  return (
    <WorkArea className={css.grid}>
      <Pane label="Explorer and run">
        <PaneHead title="Explorer" end={<span>how the arm chooses its motions</span>} />
        <PaneBody flush>
          <Explorers />
        </PaneBody>
        <Rule />
        <PaneHead title="Run" end={<WorldSegment />} />
        <PaneBody fixed className={css.fields}>
          <RunFields form={form} errors={errors} />
        </PaneBody>
      </Pane>
      <BoxView limits={limits} />
      <StartPane start={start} errors={errors} />
    </WorkArea>
  )
}

function Explorers() {
  const explorers = useExplorers((state) => state.explorers)
  const explorer = useRunForm((form) => form.explorer)
  if (explorers === null) return <EmptyState small title="Reading the list of explorers" />
  const rows = explorers.map((method) => ({
    value: method.name,
    title: method.label,
    remark: method.name === 'random' ? 'the paper’s Rand' : method.learns ? 'learns' : '',
    text: method.summary,
  }))
  return <RadioRows label="Explorer" rows={rows} value={explorer} onChange={(value) => editRun({ explorer: value })} />
}

function BoxView({ limits }: { limits: ArmLimits | null }) {
  if (limits === null)
    return (
      <Pane view>
        <EmptyState title="The limits of the arm are not read yet" />
      </Pane>
    )
  const { min, max } = limits.box
  const sides = [0, 1, 2].map((axis) => formatMillimetres((max[axis] ?? 0) - (min[axis] ?? 0)))
  return (
    <Pane view label="Allowed box and home pose">
      <ArmScene
        screen="collect-ready"
        label="3-D view: allowed box and home pose"
        joints={limits.home}
        box={limits.box}
        view={{ distance: 2.15, target: [0.3, 0, 0.36] }}
        viewButtons
      >
        <Hud at="top-left">
          <b>Allowed box</b> · {sides.join(' × ')} mm
        </Hud>
        <Hud at="bottom-left">
          The tool tip stays inside the box.
          <br />
          Every episode begins at the home pose shown here.
        </Hud>
      </ArmScene>
    </Pane>
  )
}
