/**
 * What went wrong and what to do, over the part of a screen that asked; nothing while all is well.
 *   <ProblemNotice problem={problem} onClose={clear} />   `onClose` adds a button; without it the notice goes by itself.
 * ProblemView says more, where there is room.
 */
import type { Problem } from '../../contract/problem.ts'
import { Button } from './button.tsx'
import { Notice } from './notice.tsx'

interface Props {
  problem: Problem | null
  kind?: 'warn' | 'bad'
  onClose?: () => void
}

export function ProblemNotice({ problem, kind = 'bad', onClose }: Props) {
  if (problem === null) return null
  return (
    <Notice
      kind={kind}
      title={problem.message}
      actions={
        onClose && (
          <Button size="small" onClick={onClose}>
            Close
          </Button>
        )
      }
    >
      {problem.tip}
    </Notice>
  )
}
