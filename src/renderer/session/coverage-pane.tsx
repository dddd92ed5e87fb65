import { useEffect } from 'react'
import { normalisedEntropy } from '../../contract/histogram.ts'
import type { SessionProgress } from '../../contract/session.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { formatMillimetres, formatNumber, formatPercent } from '../parts/format.ts'
import { Pane, PaneBody, PaneHead } from '../parts/pane.tsx'
import text from '../parts/text.module.css'
import { HistogramStrips } from '../plot/histogram-strips.tsx'
import { LinePlot } from '../plot/line-plot.tsx'
import { useNow } from '../state/now.ts'
import { readReach, useReach } from '../state/reach-store.ts'
import { useLive } from '../state/session-store.ts'
import { workspaceScale } from '../state/workspace-scale.ts'
import css from './running-screen.module.css'

const JOINT_NAMES = ['J1', 'J2', 'J3', 'J4', 'J5', 'J6', 'J7'] as const
/** The gain is told over this many transitions. */
const GAIN_OVER = 5000

type Curve = readonly (readonly [transitions: number, fraction: number, entropy: number])[]

/**
 * Share of the cells within reach that the tool tip has been in and how evenly the joints have been over their limits, over the
 * whole run, and where each joint has been.
 */
export function CoveragePane({ progress }: { progress: SessionProgress }) {
  useNow()
  const live = useLive.getState().live
  useEffect(() => {
    readReach().catch(() => undefined)
  }, [])
  const scale = workspaceScale(
    progress.coverage,
    useReach(({ reach }) => reach),
  )
  const curve = (live?.coverageCurve ?? []).map(
    ([at, fraction, entropy]) => [at, Math.min(1, fraction * (scale ?? 1)), entropy] as const,
  )
  const histogram = live?.histogram ?? []
  const cell = progress.coverage === null ? '' : `, ${formatMillimetres(progress.coverage.cellSizeM)} mm cells`
  return (
    <Pane label="Coverage and joint angles">
      <PaneHead title="Coverage">
        <span className={text.wideOnly}>
          <i className={css.dot} data-of="reached" /> {scale === null ? 'share of the box' : 'workspace'} reached{cell}
          <i className={css.dot} data-of="entropy" /> entropy of the joint angles
        </span>
      </PaneHead>
      <PaneBody flush clip className={css.column}>
        <div className={css.fill}>
          {curve.length === 0 ? (
            <EmptyState small title="No coverage yet">
              The curve begins with the first finished episode.
            </EmptyState>
          ) : (
            <CoverageCurve curve={curve} target={progress.target} />
          )}
        </div>
        <PaneHead low title="Joint angles visited">
          <span className={text.wideOnly}>each bar spans one joint’s limits; entropy, 100 % is even</span>
        </PaneHead>
        <div className={css.strips}>
          <HistogramStrips
            label="Joint angles visited"
            names={JOINT_NAMES}
            counts={histogram}
            notes={histogram.map((counts) => `${formatPercent(normalisedEntropy(counts), 0)} %`)}
          />
        </div>
      </PaneBody>
    </Pane>
  )
}

function CoverageCurve({ curve, target }: { curve: Curve; target: number }) {
  const [at, fraction, entropy] = curve.at(-1) ?? [0, 0, 0]
  const gain = fraction - fractionAt(curve, at - GAIN_OVER)
  return (
    <>
      <div className={css.plot}>
        <LinePlot
          label={`Coverage ${formatPercent(fraction)} %, entropy of the joint angles ${formatPercent(entropy)} %, after ${formatNumber(at)} transitions`}
          x={curve.map(([transitions]) => transitions)}
          xRange={[0, target]}
          xFormat={(value) =>
            value >= 1000 ? `${formatNumber(value / 1000, value % 1000 === 0 ? 0 : 1)}k` : formatNumber(value)
          }
          unit="%"
          yRange={[0, 100]}
          headRoom={24}
          endRoom={20}
          series={[
            { values: curve.map(([, part]) => part * 100), colour: 'accent', width: 2 },
            { values: curve.map(([, , even]) => even * 100), colour: 'd2' },
          ]}
          points={[
            { x: at, y: fraction * 100, colour: 'accent' },
            { x: at, y: entropy * 100, colour: 'd2' },
          ]}
        />
      </div>
      <div className={css.coverage}>
        <i className={css.dot} data-of="reached" />
        <b>{formatPercent(fraction)}</b> % now
        {at > GAIN_OVER && (
          <span className={text.wideOnly}>
            , +{formatPercent(gain)} % in the last {formatNumber(GAIN_OVER)}
          </span>
        )}
        <i className={css.dot} data-of="entropy" />
        entropy <b>{formatPercent(entropy)}</b> %
      </div>
    </>
  )
}

/** Coverage at a count of transitions: the newest point that is not later. */
function fractionAt(curve: Curve, transitions: number): number {
  let found = 0
  for (const [at, fraction] of curve) {
    if (at > transitions) break
    found = fraction
  }
  return found
}
