import { tagSchema } from '../../../contract/curation.ts'
import type { EndReason } from '../../../contract/dataset.ts'
import { datasetNameSchema } from '../../../contract/dataset.ts'
import type { View, ViewOrder, ViewRules } from '../../../contract/view.ts'
import { formatNumber, parseWholeNumber } from '../../parts/format.ts'
import { nextVersion } from '../../parts/next-version.ts'
import { END_REASONS } from '../../parts/end-reasons.tsx'

/** What the form of a new view holds, as typed. */
export interface ViewDraft {
  name: string
  sources: readonly string[]
  endReasons: readonly EndReason[]
  minSteps: string
  maxSteps: string
  /** Separated by commas. */
  tags: string
  withoutTags: string
  /** Has no field of its own; a view that was made elsewhere keeps it. */
  explorers: readonly string[]
  /** Per cent of the episodes; from 0 to 100 takes all. */
  shareFrom: string
  shareTo: string
  shareSeed: string
}

export const freshView = (source: string): ViewDraft => ({
  name: '',
  sources: [source],
  endReasons: [],
  minSteps: '',
  maxSteps: '',
  tags: '',
  withoutTags: '',
  explorers: [],
  shareFrom: '0',
  shareTo: '100',
  shareSeed: '1',
})

/** A view as the form shows it, under the name of its next version; `taken` are the names that views have. */
export function nextDraft({ name, sources, rules }: View, taken: readonly string[]): ViewDraft {
  const { split } = rules
  return {
    name: nextVersion(name, taken),
    sources: sources.map(({ id }) => id),
    endReasons: rules.endReasons,
    minSteps: rules.minSteps === null ? '' : formatNumber(rules.minSteps),
    maxSteps: rules.maxSteps === null ? '' : formatNumber(rules.maxSteps),
    tags: rules.tags.join(', '),
    withoutTags: rules.withoutTags.join(', '),
    explorers: rules.explorers,
    shareFrom: percentText(split?.from ?? 0),
    shareTo: percentText(split?.to ?? 1),
    shareSeed: String(split?.seed ?? 1),
  }
}

const percentText = (share: number): string => String(Number((100 * share).toFixed(6)))

export type ViewErrors = Partial<
  Record<'name' | 'sources' | 'minSteps' | 'maxSteps' | 'tags' | 'withoutTags' | 'share' | 'shareSeed', string>
>

/** The order for the station, or what is wrong with each field. A name is only needed for saving. */
export function readView(draft: ViewDraft): { order: ViewOrder | null; errors: ViewErrors } {
  const name = datasetNameSchema.safeParse(draft.name)
  const [minSteps, maxSteps] = [stepsOf(draft.minSteps), stepsOf(draft.maxSteps)]
  const [tags, withoutTags] = [tagsOf(draft.tags), tagsOf(draft.withoutTags)]
  const [from, to] = [percentOf(draft.shareFrom), percentOf(draft.shareTo)]
  const seed = parseWholeNumber(draft.shareSeed)
  const errors: ViewErrors = {
    ...(!name.success && { name: name.error.issues[0]?.message ?? 'Give the view a name.' }),
    ...(draft.sources.length === 0 && { sources: 'Choose at least one dataset.' }),
    ...(minSteps === undefined && { minSteps: 'A whole number from 1 on, or nothing.' }),
    ...(maxSteps === undefined && { maxSteps: 'A whole number from 1 on, or nothing.' }),
    ...(tags === null && { tags: 'Tags with commas between.' }),
    ...(withoutTags === null && { withoutTags: 'Tags with commas between.' }),
    ...((from === null || to === null || from >= to) && { share: 'Two numbers from 0 to 100, the first one smaller.' }),
    ...((seed === null || seed > 0xffffffff) && { shareSeed: 'A whole number from 0 on.' }),
  }
  const usable = Object.keys(errors).every((key) => key === 'name')
  if (!usable) return { order: null, errors }
  const whole = from === 0 && to === 1
  const rules: ViewRules = {
    endReasons: [...draft.endReasons],
    minSteps: minSteps ?? null,
    maxSteps: maxSteps ?? null,
    tags: tags ?? [],
    withoutTags: withoutTags ?? [],
    explorers: [...draft.explorers],
    split: whole ? null : { seed: seed ?? 0, from: from ?? 0, to: to ?? 1 },
  }
  return { order: { sources: [...draft.sources], rules }, errors }
}

/** Null for an empty text, undefined for one that is no number of steps. */
function stepsOf(text: string): number | null | undefined {
  if (text.trim() === '') return null
  const value = parseWholeNumber(text)
  return value !== null && value >= 1 ? value : undefined
}

function tagsOf(text: string): string[] | null {
  const tags = text
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')
  return tags.every((tag) => tagSchema.safeParse(tag).success) ? tags : null
}

function percentOf(text: string): number | null {
  const value = Number(text.trim())
  return text.trim() !== '' && value >= 0 && value <= 100 ? value / 100 : null
}

/** The rules of a view, a sentence each; one that takes all when there are none. */
export function rulesText({
  endReasons,
  minSteps,
  maxSteps,
  tags,
  withoutTags,
  explorers,
  split,
}: ViewRules): string[] {
  const said = [
    endReasons.length > 0 ? `Ended by: ${endReasons.map((reason) => END_REASONS[reason].label).join(', ')}` : '',
    minSteps !== null ? `At least ${formatNumber(minSteps)} steps` : '',
    maxSteps !== null ? `At most ${formatNumber(maxSteps)} steps` : '',
    tags.length > 0 ? `Tagged ${tags.join(' or ')}` : '',
    withoutTags.length > 0 ? `Not tagged ${withoutTags.join(', ')}` : '',
    explorers.length > 0 ? `Explored by ${explorers.join(', ')}` : '',
    split ? `Share ${formatNumber(100 * split.from)} to ${formatNumber(100 * split.to)} %, draw ${split.seed}` : '',
  ].filter((sentence) => sentence !== '')
  return said.length > 0 ? said : ['All kept episodes']
}
