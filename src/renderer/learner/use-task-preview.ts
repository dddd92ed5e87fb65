import { useEffect, useState } from 'react'
import type { Problem } from '../../contract/problem.ts'
import type { Task } from '../../contract/task.ts'
import type { TaskPreview } from '../../contract/task-preview.ts'
import { api, problemOf } from '../state/api.ts'

export type Preview = {
  /** Newest answer, kept while the next one is made; null before the first and after a problem. */
  preview: TaskPreview | null
  problem: Problem | null
  /** What is shown is not yet of what is asked. */
  behind: boolean
}

/** Typing is answered this long after the last letter. */
const WAIT_MS = 350

/** What a task makes of a dataset; null asks nothing. */
export function useTaskPreview(id: string | null, task: Task | null, episode: number | null): Preview {
  const asked = id === null || task === null ? null : JSON.stringify({ id, task, episode })
  const [kept, setKept] = useState<{ asked: string | null; preview: TaskPreview | null; problem: Problem | null }>({
    asked: null,
    preview: null,
    problem: null,
  })
  useEffect(() => {
    if (asked === null) return
    let left = false
    const timer = setTimeout(() => {
      const query = JSON.parse(asked) as Parameters<typeof api.dataset.previewTask.query>[0]
      api.dataset.previewTask.query(query).then(
        (preview) => !left && setKept({ asked, preview, problem: null }),
        (error: unknown) => !left && setKept({ asked, preview: null, problem: problemOf(error) }),
      )
    }, WAIT_MS)
    return () => {
      left = true
      clearTimeout(timer)
    }
  }, [asked])
  if (asked === null) return { preview: null, problem: null, behind: false }
  return { preview: kept.preview, problem: kept.problem, behind: kept.asked !== asked }
}
