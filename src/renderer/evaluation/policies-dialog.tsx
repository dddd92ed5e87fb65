import { useEffect, useState } from 'react'
import { learnerLabel } from '../../contract/learner-label.ts'
import type { PolicySummary } from '../../contract/policy.ts'
import type { Problem } from '../../contract/problem.ts'
import type { Goal } from '../../contract/task.ts'
import { terminalCommand } from '../../contract/terminal-command.ts'
import { goalOf } from '../learner/job-words.ts'
import { Button } from '../parts/button.tsx'
import { Dialog, DialogActions } from '../parts/dialog.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Field } from '../parts/field.tsx'
import { formatNumber, MISSING } from '../parts/format.ts'
import { Notice } from '../parts/notice.tsx'
import { ProblemNotice } from '../parts/problem-notice.tsx'
import { Row, Table, Td, Th } from '../parts/table.tsx'
import { api, problemOf } from '../state/api.ts'
import { usePress } from '../state/press.ts'
import css from './policies-dialog.module.css'
import { PolicyExport } from './policy-export.tsx'

interface Props {
  goals: readonly Goal[]
  onClose: () => void
}

/** All policies of the station, and their way to and from the files of other tools. */
export function PoliciesDialog({ goals, onClose }: Props) {
  const { policies, problem, read } = usePolicies()
  const [chosen, setChosen] = useState<string | null>(null)
  const [exporting, setExporting] = useState(false)
  const [done, setDone] = useState<{ title: string; text?: string } | null>(null)
  const selected = policies?.find((policy) => policy.path === chosen) ?? policies?.[0]
  return (
    <Dialog
      open
      title="Policies"
      width={760}
      description="Trained here, or brought in from an ONNX file or a TensorFlow.js model."
      onClose={onClose}
    >
      <ProblemNotice problem={problem} />
      {done !== null && (
        <Notice kind="ok" title={done.title}>
          {done.text}
        </Notice>
      )}
      <div className={css.list}>
        <PolicyTable policies={policies} goals={goals} selected={selected} onSelect={setChosen} />
      </div>
      {exporting && selected !== undefined ? (
        <PolicyExport
          key={selected.path}
          policy={selected}
          onDone={(out) => {
            setExporting(false)
            setDone({ title: `Exported to ${out}.` })
          }}
          onCancel={() => setExporting(false)}
        />
      ) : (
        <>
          <ImportForm
            onStart={() => setDone(null)}
            onDone={(policy) => {
              setChosen(policy.path)
              setDone(importWords(policy))
              void read()
            }}
          />
          <DialogActions>
            <Button
              reason={selected === undefined ? 'There is no policy yet.' : null}
              onClick={() => {
                setDone(null)
                setExporting(true)
              }}
            >
              Export {selected?.sheet.id ?? 'policy'}...
            </Button>
            <Button onClick={onClose}>Close</Button>
          </DialogActions>
        </>
      )}
    </Dialog>
  )
}

function usePolicies() {
  const [policies, setPolicies] = useState<PolicySummary[] | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const read = () => api.policy.list.query().then(setPolicies, (error: unknown) => setProblem(problemOf(error)))
  useEffect(() => void read(), [])
  return { policies, problem, read }
}

function importWords({ sheet, path }: PolicySummary): { title: string; text?: string } {
  const title = `Imported as ${sheet.id}.`
  if (sheet.task !== null && sheet.dataset !== null) return { title }
  return {
    title,
    text:
      'The file does not say for which goal and on which data it was trained, so it has no cell in Table 1. ' +
      `Try it in a terminal: ${terminalCommand('evaluate', '--policy', path, '--world', 'panda', '--goal', 'x,y,z')}`,
  }
}

interface TableProps {
  policies: readonly PolicySummary[] | null
  goals: readonly Goal[]
  selected: PolicySummary | undefined
  onSelect: (path: string) => void
}

function PolicyTable({ policies, goals, selected, onSelect }: TableProps) {
  if (policies === null) return <EmptyState small title="Reading the policies" />
  if (policies.length === 0) {
    return (
      <EmptyState small title="No policies yet">
        Each one trained on the Train screen stands here, and each one imported below.
      </EmptyState>
    )
  }
  return (
    <Table
      label="Policies"
      head={
        <>
          <Th>Policy</Th>
          <Th>Learner</Th>
          <Th>Data</Th>
          <Th>Goal</Th>
          <Th number>Updates</Th>
          <Th>Origin</Th>
        </>
      }
    >
      {policies.map(({ path, sheet }) => (
        <Row key={path} selected={path === selected?.path} onSelect={() => onSelect(path)}>
          <Td title={path}>
            <b>{sheet.id}</b>
          </Td>
          <Td>{sheet.learner === 'imported' ? MISSING : learnerLabel(sheet.learner)}</Td>
          <Td>{sheet.dataset?.name ?? MISSING}</Td>
          <Td>{sheet.task === null ? MISSING : goalOf(sheet.task, goals)}</Td>
          <Td number>{sheet.updates === 0 && sheet.imported !== null ? MISSING : formatNumber(sheet.updates)}</Td>
          <Td title={sheet.imported?.producer}>{originText(sheet)}</Td>
        </Row>
      ))}
    </Table>
  )
}

function originText({ imported, model }: PolicySummary['sheet']): string {
  if (imported === null) return 'trained here'
  return model === null ? `from ${imported.from}` : `from ${imported.from}, runs in TensorFlow.js`
}

interface ImportProps {
  onStart: () => void
  onDone: (policy: PolicySummary) => void
}

function ImportForm({ onStart, onDone }: ImportProps) {
  const [path, setPath] = useState('')
  const { busy, problem, press } = usePress()
  const take = () =>
    press(async () => {
      onStart()
      onDone(await api.policy.import.mutate({ path }))
      setPath('')
    })
  return (
    <>
      <ProblemNotice problem={problem} />
      <div className={css.form}>
        <Field label="ONNX file or TensorFlow.js model on the station's computer" value={path} onChange={setPath} />
        <Button
          reason={path.trim() === '' ? 'Type a path first.' : busy ? 'Reading the file.' : null}
          onClick={() => void take()}
        >
          Import policy
        </Button>
      </div>
    </>
  )
}
