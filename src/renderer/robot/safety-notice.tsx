import { useEffect, useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Dialog, DialogActions } from '../parts/dialog.tsx'
import { api } from '../state/api.ts'
import { usePress } from '../state/press.ts'
import { useStation } from '../state/station-store.ts'
import css from './safety-notice.module.css'

/** At the first start of a station, and never again: what here protects people, and what does not. */
export function SafetyNotice() {
  const up = useStation((station) => station.link === 'up')
  const [open, setOpen] = useState(false)
  const { busy, problem, press } = usePress()
  useEffect(() => {
    if (!up) return
    let left = false
    api.robot.safetyNoticeRead.query().then(
      (read) => !left && setOpen(!read),
      // Without an answer the station is lost, which is said elsewhere; the notice comes with the next one.
      () => undefined,
    )
    return () => {
      left = true
    }
  }, [up])
  const read = async () => {
    if (await press(() => api.robot.markSafetyNoticeRead.mutate())) setOpen(false)
  }
  return (
    <Dialog
      open={open}
      title="Nothing in this program is safety-rated"
      width={640}
      description="Read this once, before an arm moves."
    >
      <div className={css.body}>
        <p>
          The supervisor, the STOP button and the stop box of Forager are ordinary software on an ordinary computer. The
          vendor says the same of the monitors of its control interface.
        </p>
        <h2>What is rated, and stays in charge</h2>
        <ul>
          <li>The Control unit of the robot.</li>
          <li>The external activation device: it stops the arm and holds it. It is not an emergency stop.</li>
          <li>The emergency-stop circuit of your cell, which cuts the power.</li>
        </ul>
        <h2>What Forager does</h2>
        <ul>
          <li>A native thread watches the arm a thousand times a second and makes it brake by itself.</li>
          <li>STOP ramps the arm to rest in about 0.15 s and holds it. It is a software stop.</li>
          <li>
            Nothing moves again until a person has looked and armed the robot. Only after stops without contact can a
            person allow a run to go on by itself.
          </li>
        </ul>
        <p>
          <b>For danger use the hardware.</b> Keep it within reach, and nobody inside the dashed box.
        </p>
        {problem !== null && <p role="alert">{`${problem.message} ${problem.tip}`}</p>}
      </div>
      <DialogActions>
        <Button kind="primary" disabled={busy} onClick={() => void read()}>
          I have read this
        </Button>
      </DialogActions>
    </Dialog>
  )
}
