import type Database from 'better-sqlite3'

/** Stretches of a run that the rate is told for, at most. */
const STRETCHES = 56

/**
 * How often episodes were ended by a limit, a reflex or a person as the run went on: the share of such among the recorded
 * episodes of each of up to 56 equal stretches, in order. Empty before the first episode.
 */
export function stopRate(db: Database.Database): number[] {
  return db
    .prepare<[], { share: number }>(
      `WITH numbered AS (
         SELECT end_reason, row_number() OVER (ORDER BY episode) - 1 AS i, count(*) OVER () AS n FROM episode
       )
       SELECT avg(end_reason IN ('safety-limit', 'reflex', 'operator-stop')) AS share
         FROM numbered GROUP BY i * min(n, ${STRETCHES}) / n ORDER BY min(i)`,
    )
    .all()
    .map(({ share }) => share)
}
