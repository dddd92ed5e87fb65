import type { CurationState } from '../../contract/curation.ts'
import type { DatasetDetail, DatasetSummary, RunSheet } from '../../contract/dataset.ts'
import { unpackFloat32 } from '../../contract/packed.ts'
import { Button } from '../parts/button.tsx'
import { classNames } from '../parts/class-names.ts'
import { EndReasonBar } from '../parts/end-reasons.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { formatNumber, formatPercent } from '../parts/format.ts'
import { KeyValue, KeyValueRow } from '../parts/key-value.tsx'
import { Hud, Pane, PaneBody, PaneHead, Rule } from '../parts/pane.tsx'
import { Quantity } from '../parts/quantity.tsx'
import text from '../parts/text.module.css'
import { Sparkline } from '../plot/sparkline.tsx'
import { ArmScene } from '../scene/arm-scene.tsx'
import { useExplorers } from '../session/explorers.ts'
import { api } from '../state/api.ts'
import { useRobot } from '../state/robot-store.ts'
import { isArmWorld, armOfSheet, worldWord } from './dataset-words.ts'
import { CurationPanel } from './curation/curation-panel.tsx'
import css from './datasets-screen.module.css'
import { PutAway } from './curation/put-away.tsx'
import { useLoaded } from './use-loaded.ts'

type Props = {
  summary: DatasetSummary
  curation: CurationState | null
  version: string
  detail: DatasetDetail | null
  /** At the small size it covers the table, and only when asked for. */
  open: boolean
  onClose: () => void
}

/** Points of the cloud; more would hide one another. */
const CLOUD_POINTS = 8000

const readCloud = async (id: string): Promise<Float32Array> =>
  unpackFloat32((await api.dataset.cloud.query({ id, most: CLOUD_POINTS })).points)

/** Where the tool tip has been, how the episodes ended, and the run sheet. */
export function Inspector({ summary, curation, version, detail, open, onClose }: Props) {
  return (
    <Pane className={classNames(css.inspector, open && css.open)} label="Inspector">
      <Cloud summary={summary} version={version} />
      <Button size="small" className={classNames(css.close, text.narrowOnly)} onClick={onClose}>
        Close <kbd>I</kbd>
      </Button>
      <Rule />
      <PaneHead title="How episodes ended" />
      <PaneBody fixed>
        {detail && <EndReasonBar counts={detail.endReasons} />}
        {detail && <StopRate shares={detail.stopRate} />}
      </PaneBody>
      {curation && <CurationPanel id={summary.id} curation={curation} />}
      <Rule />
      <PaneHead title="Run sheet" />
      <PaneBody fixed>{detail && <Sheet sheet={detail.sheet} />}</PaneBody>
      <Rule />
      <PaneBody fixed className={css.putAway}>
        <PutAway summary={summary} />
      </PaneBody>
    </Pane>
  )
}

/** Width of the curve, px. */
const RATE_WIDTH = 96

/** How often episodes were stopped as the run went on; nothing where none was. */
function StopRate({ shares }: { shares: readonly number[] }) {
  if (shares.length < 2 || shares.every((share) => share === 0)) return null
  const percent = (share: number | undefined): string => formatPercent(share, 0)
  return (
    <div className={css.stopRate} title="Share of the episodes that a limit, a reflex or a person ended, over the run">
      <span>Stopped early</span>
      <Sparkline values={shares} width={RATE_WIDTH} max={1} />
      <span className={text.tabular}>
        {percent(shares[0])} to {percent(shares.at(-1))} %
      </span>
    </div>
  )
}

function Cloud({ summary, version }: { summary: DatasetSummary; version: string }) {
  const drawable = isArmWorld(summary.world)
  const limits = useRobot((state) => state.limits)
  const cloud = useLoaded(drawable ? summary.id : null, version, readCloud)
  if (!drawable)
    return (
      <EmptyState small title="No tool tip in this world">
        {summary.world} has no arm to draw.
      </EmptyState>
    )
  return (
    <div className={css.cloud}>
      <ArmScene
        screen="datasets"
        label="Where the tool tip has been"
        box={limits?.box}
        cloud={cloud.value}
        view={{ distance: 2.2, target: [0.36, 0, 0.38] }}
      >
        <Hud at="top-left">
          <b>Where the tool tip has been</b>
        </Hud>
        <Hud at="bottom-right">grid 250 mm</Hud>
      </ArmScene>
    </div>
  )
}

function Sheet({ sheet }: { sheet: RunSheet }) {
  const settings = Object.entries(sheet.settings)
  const arm = isArmWorld(sheet.world)
  const method = useExplorers((state) => state.explorers?.find(({ name }) => name === sheet.explorer))
  const labelOf = (key: string): string => method?.settings.find((setting) => setting.key === key)?.label ?? key
  return (
    <KeyValue>
      <KeyValueRow label="Observations">{sheet.observation.length} values</KeyValueRow>
      <KeyValueRow label="Actions stored">{sheet.action.length}, asked and sent</KeyValueRow>
      <KeyValueRow label="Rate">
        <Quantity value={formatNumber(1 / sheet.stepPeriodS)} unit="Hz" />
      </KeyValueRow>
      <KeyValueRow label="Episode length, at most">
        <Quantity value={formatNumber(sheet.stepsPerEpisode)} unit="steps" />
      </KeyValueRow>
      <KeyValueRow label="World">{worldWord(sheet.world)}</KeyValueRow>
      {arm && <KeyValueRow label="Robot">{armOfSheet(sheet)}</KeyValueRow>}
      <KeyValueRow label="Operator">{sheet.operator || undefined}</KeyValueRow>
      {arm && (
        <KeyValueRow label="Limits file" title={sheet.limitsHash}>
          <code>{sheet.limitsHash.slice(0, 9)}</code>
        </KeyValueRow>
      )}
      <KeyValueRow label="App version">{sheet.appVersion}</KeyValueRow>
      {settings.map(([key, value]) => (
        <KeyValueRow key={key} label={labelOf(key)}>
          {String(value)}
        </KeyValueRow>
      ))}
      {sheet.imported && (
        <KeyValueRow label="Imported from" title={sheet.imported.hash}>
          {sheet.imported.from}
        </KeyValueRow>
      )}
      {sheet.imported?.beliefs.map((belief) => (
        <KeyValueRow key={belief} label="Assumed">
          {belief}
        </KeyValueRow>
      ))}
      {sheet.notes !== '' && <KeyValueRow label="Notes">{sheet.notes}</KeyValueRow>}
    </KeyValue>
  )
}
