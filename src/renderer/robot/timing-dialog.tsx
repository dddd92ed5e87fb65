import { useEffect, useState } from 'react'
import type { PreflightItem } from '../../contract/robot.ts'
import { Button } from '../parts/button.tsx'
import { Dialog, DialogActions } from '../parts/dialog.tsx'
import { formatNumber } from '../parts/format.ts'
import { Quantity } from '../parts/quantity.tsx'
import { StateWord } from '../parts/state-word.tsx'
import text from '../parts/text.module.css'
import { api } from '../state/api.ts'
import { usePress } from '../state/press.ts'
import { useRobot } from '../state/robot-store.ts'
import { countTimes, edgeText, quantileText } from './time-bins.ts'
import css from './timing-dialog.module.css'

interface LinkTimes extends NonNullable<Awaited<ReturnType<typeof api.robot.linkTimes.query>>> {
  networkUs: number[]
}

const READ_EVERY = 1000 // ms

/** How the link and the own control cycle keep time: three histograms since the arm was connected. */
export function TimingDialog({ onClose }: { onClose: () => void }) {
  const times = useLinkTimes()
  const test = useRobot((state) => state.preflight.find(({ name }) => name === 'Round trip'))
  return (
    <Dialog
      open
      title="Times of the link"
      width={880}
      onClose={onClose}
      description="Since the arm was connected. The robot wants an answer to each state within a millisecond, and stops by itself after 20 without one."
    >
      <div className={css.body}>
        <NetworkTest item={test} connected={times !== null} />
        {times === null ? (
          <p className={text.dim}>No arm is connected.</p>
        ) : (
          <>
            <Histogram
              title="Network alone, newest test"
              edges={times.edgesUs}
              counts={countTimes(times.edgesUs, times.networkUs)}
              good="0.15 to 0.3 ms"
            />
            <Histogram title="From one state to the next" edges={times.edgesUs} counts={times.arrival} good="1.0 ms" />
            <Histogram
              title="Own cycle: state taken to command sent"
              edges={times.edgesUs}
              counts={times.cycle}
              good="below 200 µs"
            />
            <Histogram
              title="Command sent to its effect seen, with one period of the robot"
              edges={times.edgesUs}
              counts={times.roundTrip}
              good="1 to 2 ms"
            />
          </>
        )}
      </div>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  )
}

/** Null without an arm. */
async function readTimes(): Promise<LinkTimes | null> {
  const [times, test] = await Promise.all([api.robot.linkTimes.query(), api.robot.linkTest.query()])
  return times === null ? null : { ...times, networkUs: test?.timesMs.map((ms) => 1000 * ms) ?? [] }
}

function useLinkTimes(): LinkTimes | null {
  const [times, setTimes] = useState<LinkTimes | null>(null)
  useEffect(() => {
    let left = false
    const read = () =>
      void readTimes().then(
        (next) => !left && setTimes(next),
        () => !left && setTimes(null),
      )
    read()
    const timer = setInterval(read, READ_EVERY)
    return () => {
      left = true
      clearInterval(timer)
    }
  }, [])
  return times
}

/** The network alone, as the checklist has it. */
function NetworkTest({ item, connected }: { item: PreflightItem | undefined; connected: boolean }) {
  const { busy, press } = usePress()
  return (
    <div className={css.test}>
      <span>Round trip of the network</span>
      <StateWord kind={item?.state ?? 'unk'}>{item?.value ?? 'not read yet'}</StateWord>
      <Button
        size="small"
        disabled={busy}
        reason={connected ? null : 'Connect an arm first.'}
        onClick={() => void press(() => api.robot.testLink.mutate())}
      >
        {busy ? 'Testing' : 'Test again'}
      </Button>
      {item?.state !== 'ok' && item?.tip !== undefined && <span className={css.tip}>{item.tip}</span>}
    </div>
  )
}

interface HistogramProps {
  title: string
  edges: readonly number[]
  counts: readonly number[]
  good: string
}

/** Bars of bins that grow with the time they stand for; the root shows rare late ones beside thousands in time. */
function Histogram({ title, edges, counts, good }: HistogramProps) {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const most = Math.max(1, ...counts)
  return (
    <figure className={css.histogram}>
      <figcaption>
        <b>{title}</b>
        <span>usual: {good}</span>
        <span className={css.end}>
          {total === 0 ? 'nothing was timed yet' : <Summary edges={edges} counts={counts} total={total} />}
        </span>
      </figcaption>
      <ol className={css.bars} role="img" aria-label={`${title}: ${formatNumber(total)} times`}>
        {counts.map((count, bin) => (
          <li key={bin} title={`${edgeText(edges, bin)}: ${formatNumber(count)}`}>
            <i style={{ height: count === 0 ? 0 : `max(2px, ${100 * Math.sqrt(count / most)}%)` }} />
          </li>
        ))}
      </ol>
      <ol className={css.edges} aria-hidden="true">
        {counts.map((_, bin) => (
          <li key={bin}>{bin % 2 === 0 && edges[bin] !== undefined ? shortEdge(edges[bin]) : ''}</li>
        ))}
      </ol>
    </figure>
  )
}

const shortEdge = (us: number): string => (us < 1000 ? `${us} µs` : `${us / 1000} ms`)

function Summary({ edges, counts, total }: { edges: readonly number[]; counts: readonly number[]; total: number }) {
  return (
    <>
      <Quantity value={formatNumber(total)} unit="times" />, half up to {quantileText(edges, counts, 0.5)}, 99.9 % up to{' '}
      {quantileText(edges, counts, 0.999)}, worst up to {quantileText(edges, counts, 1)}
    </>
  )
}
