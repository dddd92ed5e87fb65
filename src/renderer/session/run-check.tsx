import { checkWords, checkingWords, failedCheckWords } from '../parts/check-words.ts'
import { Glyph } from '../parts/glyph.tsx'
import { useCheck } from '../state/use-check.ts'
import css from './running-screen.module.css'

/** What the dataset of a run that has ended says itself, from disk. */
export function RunCheck({ id }: { id: string }) {
  const { report, progress, problem } = useCheck(id, 'ended')
  const { glyph, title, rest } =
    problem !== null
      ? failedCheckWords(problem.message)
      : report === null
        ? checkingWords(progress)
        : checkWords(report)
  return (
    <div className={css.checked} role="status">
      <Glyph kind={glyph} />
      <span>
        <b>{title}</b> {rest}
      </span>
    </div>
  )
}
