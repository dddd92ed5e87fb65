import { useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Checkbox } from '../parts/checkbox.tsx'
import { Dialog, DialogActions } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { api } from '../state/api.ts'
import { usePress } from '../state/press.ts'
import { formatAge } from '../parts/format.ts'
import { Quantity } from '../parts/quantity.tsx'
import { StateWord } from '../parts/state-word.tsx'
import { useRobotReading } from '../state/robot-store.ts'
import { stopBoxWord } from '../state/robot-words.ts'
import css from './stop-box-dialog.module.css'

interface Props {
  path: string
  needsGrip: boolean
  onClose: () => void
}

/** The box in use now: its state in words, what it waits for, and the age of its newest frame. `told` stands below. */
function BoxNow({ told }: { told: string | undefined }) {
  const { robot } = useRobotReading()
  if (robot === null) return null
  const { path, ageMs, message } = robot.stopBox
  const word = stopBoxWord(robot)
  const [age, unit] = formatAge(ageMs)
  return (
    <div className={css.now}>
      <StateWord kind={word.kind}>{word.word}</StateWord>
      <span className={css.path}>{path === '' ? 'no stop box is chosen' : path}</span>
      {ageMs !== null && <Quantity value={age} unit={`${unit} ago`} />}
      {message !== '' && message !== told && <p>{message}</p>}
    </div>
  )
}

/** Serial device of the optional stop box. An empty path: none is used. */
export function StopBoxDialog({ path, needsGrip, onClose }: Props) {
  const [typed, setTyped] = useState(path)
  const [grip, setGrip] = useState(needsGrip)
  const { busy, problem, press } = usePress()
  const save = (next: string) =>
    void press(() => api.robot.setStopBox.mutate({ path: next, needsGrip: grip })).then(
      (accepted) => accepted && onClose(),
    )
  const reason = typed.trim() === '' ? 'Type the port of the box first.' : null
  return (
    <Dialog
      open
      title="Stop box"
      width={560}
      onClose={onClose}
      description="A stop box on a serial port stops the arm when it is pressed, unplugged or silent. It adds to the hardware stop and does not replace it."
    >
      <div className={css.body}>
        <BoxNow told={problem?.message} />
        <Field
          label="Serial port, for example /dev/ttyACM0 or COM3"
          value={typed}
          onChange={setTyped}
          invalid={problem === null ? null : `${problem.message} ${problem.tip}`}
        />
        <Checkbox checked={grip} onChange={setGrip} disabled={busy}>
          The arm moves only while the enabling grip is held in its middle position.
        </Checkbox>
      </div>
      <DialogActions>
        <p className={css.why}>{reason}</p>
        <Button disabled={busy || path === ''} onClick={() => save('')}>
          Use no stop box
        </Button>
        <Button onClick={onClose}>Close</Button>
        <Button kind="primary" reason={reason} disabled={busy} onClick={() => save(typed.trim())}>
          Use this port
        </Button>
      </DialogActions>
    </Dialog>
  )
}
