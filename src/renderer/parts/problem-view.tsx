/**
 * A problem said to a person: its cause as title with the rest below, then what it means for the arm, for the data, and
 * what to do.
 *   <ProblemView problem={problem} arm="Not moving." data="Not affected." actions={<Button size="small">Try again</Button>}
 *      kind="bad" | "warn" />
 *   `arm` and `data` are optional; the message carries them when they are absent. `command` prints a copyable line.
 *   `answered`: it was dealt with, so what to do is left out.
 */
import { useState } from 'react'
import type { Problem } from '../../contract/problem.ts'
import { Button } from './button.tsx'
import { Notice } from './notice.tsx'
import css from './problem-view.module.css'
import { splitMessage } from './split-message.ts'

interface Props {
  problem: Problem
  kind?: 'warn' | 'bad'
  arm?: string
  data?: string
  command?: string
  actions?: React.ReactNode
  answered?: boolean
}

export function ProblemView({ problem, kind = 'bad', arm, data, command, actions, answered = false }: Props) {
  const { title, rest } = splitMessage(problem.message)
  return (
    <div>
      <Notice kind={kind} title={title} actions={actions}>
        {rest === '' ? undefined : rest}
      </Notice>
      <dl className={css.rows}>
        <Line name="Arm" text={arm} />
        <Line name="Data" text={data} />
        {!answered && (
          <>
            <dt>Do this</dt>
            <dd>
              {problem.tip}
              {command !== undefined && <CopyLine command={command} />}
            </dd>
          </>
        )}
      </dl>
      {problem.details !== undefined && (
        <details className={css.details}>
          <summary>Details</summary>
          <p>{problem.details}</p>
        </details>
      )}
    </div>
  )
}

function Line({ name, text }: { name: string; text: string | undefined }) {
  if (text === undefined) return null
  return (
    <>
      <dt>{name}</dt>
      <dd>{text}</dd>
    </>
  )
}

/** A command to type, with a button that copies it. */
export function CopyLine({ command }: { command: string }) {
  const [copied, setCopied] = useState(false)
  const copy = () => {
    void navigator.clipboard.writeText(command).then(() => setCopied(true))
  }
  return (
    <div className={css.code}>
      <code>{command}</code>
      <Button size="small" onClick={copy}>
        {copied ? 'Copied' : 'Copy'}
      </Button>
    </div>
  )
}
