import type { SessionProgress } from '../../contract/session.ts'
import { checkWords, checkingWords, failedCheckWords } from '../parts/check-words.ts'
import { Notice } from '../parts/notice.tsx'
import { useCheck } from '../state/use-check.ts'

/** What the dataset of a run says itself, from disk, once the run has ended and the file is closed. */
export function RunCheck({ progress: { state, dataset } }: { progress: SessionProgress }) {
  const id = dataset !== null && (state === 'done' || state === 'failed') ? dataset.id : null
  const { report, progress, problem } = useCheck(id, 'ended')
  if (id === null) return null
  const { kind, glyph, title, rest } =
    problem !== null
      ? failedCheckWords(problem.message)
      : report === null
        ? checkingWords(progress)
        : checkWords(report)
  return (
    <Notice kind={kind} glyph={glyph} title={title}>
      {rest}
    </Notice>
  )
}
