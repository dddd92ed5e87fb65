import { useEffect, useState } from 'react'
import type { DatasetSummary } from '../../contract/dataset.ts'
import { armWorldNameSchema, modeSchema } from '../../contract/world.ts'
import { Button } from '../parts/button.tsx'
import { formatNumber } from '../parts/format.ts'
import { Notice } from '../parts/notice.tsx'
import { typedFor } from '../parts/setting-changes.ts'
import { api } from '../state/api.ts'
import { usePress } from '../state/press.ts'
import { useExplorers } from './explorers.ts'
import { editRun } from './run-form.ts'

/** Offers the newest run that has not reached its target. Continuing fills the form; Start stays the person's press. */
export function UnfinishedRun() {
  const [datasets, setDatasets] = useState<readonly DatasetSummary[]>([])
  const { busy, press } = usePress()
  useEffect(() => {
    const feed = api.dataset.list.subscribe(undefined, { onData: setDatasets })
    return () => feed.unsubscribe()
  }, [])
  // The form of this screen is for an arm.
  const newest = datasets
    .filter(({ state, world }) => state === 'unfinished' && armWorldNameSchema.safeParse(world).success)
    .toSorted((a, b) => b.updatedAt - a.updatedAt)[0]
  if (newest === undefined) return null
  const fill = async () => {
    const { sheet } = await api.dataset.detail.query({ id: newest.id })
    const world = armWorldNameSchema.safeParse(sheet.world)
    const mode = modeSchema.safeParse(sheet.mode)
    const explorer = useExplorers.getState().explorers?.find(({ name }) => name === sheet.explorer)
    editRun({
      dataset: sheet.name,
      named: true,
      explorer: sheet.explorer,
      target: formatNumber(sheet.target),
      steps: formatNumber(sheet.stepsPerEpisode),
      seed: String(sheet.seed),
      operator: sheet.operator,
      ...(world.success ? { world: world.data } : {}),
      ...(mode.success ? { mode: mode.data } : {}),
      ...(mode.success && explorer !== undefined
        ? { settings: { [sheet.explorer]: typedFor(explorer.settings, mode.data, sheet.settings) } }
        : {}),
    })
  }
  return (
    <Notice
      title={`${newest.name} is not finished`}
      actions={
        <Button disabled={busy} onClick={() => void press(fill)}>
          Continue it
        </Button>
      }
    >
      {formatNumber(newest.transitions)} of {formatNumber(newest.target)}
    </Notice>
  )
}
