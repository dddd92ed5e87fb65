import type { RobotState } from '../../contract/robot.ts'
import type { SessionProgress } from '../../contract/session.ts'
import { useRobot } from './robot-store.ts'
import { useSession } from './session-store.ts'

/** Two tones, Hz and s from the start. */
const TONES = [
  { frequency: 660, at: 0 },
  { frequency: 880, at: 0.25 },
] as const
const TONE_S = 0.2
const LOUDNESS = 0.2

let audio: AudioContext | null = null

/** Calls a person. Silent when the browser has not let this window sound yet; everything is also on screen. */
function call(): void {
  audio ??= new AudioContext()
  if (audio.state !== 'running') void audio.resume()
  for (const { frequency, at } of TONES) {
    const tone = new OscillatorNode(audio, { frequency })
    const volume = new GainNode(audio, { gain: LOUDNESS })
    tone.connect(volume).connect(audio.destination)
    tone.start(audio.currentTime + at)
    tone.stop(audio.currentTime + at + TONE_S)
  }
}

/** A person is needed: the arm is held by a stop, or the run cannot go on by itself. */
const needsPerson = (robot: RobotState | null, progress: SessionProgress | null): boolean =>
  robot?.stop?.latched === true ||
  progress?.state === 'failed' ||
  (progress?.state === 'paused' && progress.problem !== null)

/** Sounds once each time a person becomes needed. Returns the way to end it. */
export function startCallSound(): () => void {
  let needed = false
  const look = () => {
    const now = needsPerson(useRobot.getState().robot, useSession.getState().progress)
    if (now && !needed) call()
    needed = now
  }
  const ends = [useRobot.subscribe(look), useSession.subscribe(look)]
  return () => ends.forEach((end) => end())
}
