import type { RobotEvent, RobotState } from '../../contract/robot.ts'
import { Watched } from '../platform/watched.ts'

const KEPT = 50

/** What happened to the arm and its link, newest first, in plain words. */
export class EventLog {
  readonly events = new Watched<RobotEvent[]>([])

  add(text: string): void {
    this.events.set([{ at: Date.now(), text }, ...this.events.current()].slice(0, KEPT))
  }

  /** Writes down what differs between two states that follow each other. */
  compare(before: RobotState, after: RobotState): void {
    if (before.link === 'connected' && after.link === 'lost') this.add('No news from the arm: its state is unknown')
    if (before.link === 'lost' && after.link === 'connected') this.add('News from the arm again')
    if (before.link !== 'connected' || after.link !== 'connected') return
    if (before.mode !== after.mode) this.#mode(before, after)
    if (!before.armed && after.armed) this.add('Armed')
    // A stop says by itself that the arm is not armed any more.
    if (before.armed && !after.armed && after.stop === null) this.add('Disarmed')
    if (before.activity === 'homing' && after.activity === 'none') this.add('At the home pose')
    if (after.stop !== null && after.stop.at !== before.stop?.at) this.add(after.stop.title)
    if (before.stop?.latched && after.stop === null) this.add('The stop is cleared')
  }

  #mode(before: RobotState, after: RobotState): void {
    if (after.mode === 'user-stopped') this.add('The hardware stop is pressed')
    else if (before.mode === 'user-stopped') this.add('The hardware stop is released')
    else if (after.mode === 'reflex') this.add('The robot stopped itself with a reflex')
    else if (after.mode === 'guiding') this.add('The arm is guided by hand')
    else if (after.mode === 'recovering') this.add('The robot recovers from an error')
    else if (after.mode === 'other') this.add('The brakes are closed, or the robot starts up')
    else if (before.mode === 'other') this.add('The brakes are open')
  }
}
