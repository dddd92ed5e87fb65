import type { ViewCounts } from '../../../contract/view.ts'
import { formatNumber } from '../../parts/format.ts'
import text from '../../parts/text.module.css'
import css from './curation.module.css'

/** What a view takes of each source, and in all. */
export function ViewCountsLine({ counts }: { counts: ViewCounts }) {
  const { episodes, transitions, sources, problem } = counts
  return (
    <div className={css.counts} role="status">
      <b>{formatNumber(transitions)}</b>
      <span className={text.unit}>transitions</span> <b>{formatNumber(episodes)}</b>
      <span className={text.unit}>episodes</span>
      {problem && (
        <p className={text.bad}>
          {problem.message} {problem.tip}
        </p>
      )}
      <p className={`${text.small} ${text.dim}`}>
        {sources
          .map((source) =>
            source.problem === null
              ? `${source.name}: ${formatNumber(source.episodes)} of ${formatNumber(source.ofEpisodes)} episodes`
              : `${source.name}: not readable`,
          )
          .join(' · ')}
      </p>
    </div>
  )
}
