import { learnerLabel } from '../../contract/learner-label.ts'
import type { OtherPolicy } from '../../contract/evaluation.ts'
import { formatNumber, MISSING } from '../parts/format.ts'
import type { GlyphKind } from '../parts/glyph.tsx'
import { Quantity } from '../parts/quantity.tsx'
import { StateWord } from '../parts/state-word.tsx'
import { Row, Table, Td, Th } from '../parts/table.tsx'
import css from './evaluate-screen.module.css'
import { metres } from './goal-table.tsx'
import { taskWords } from './task-words.ts'

interface Props {
  policies: readonly OtherPolicy[]
  shown: OtherPolicy | undefined
  onSelect: (path: string) => void
}

/** A policy a row: its task in words, and what its tries gave on average. */
export function OtherPolicyTable({ policies, shown, onSelect }: Props) {
  return (
    <Table
      label="Policies in tasks of their own"
      head={
        <>
          <Th>Task</Th>
          <Th>Learner</Th>
          <Th hide="narrow">Data</Th>
          <Th number hide="narrow">
            Updates
          </Th>
          <Th number title="Sum of the rewards of an episode: mean and standard deviation over the tries">
            Return
          </Th>
          <Th number>Closest</Th>
          <Th number hide="narrow">
            Final
          </Th>
          <Th>State</Th>
        </>
      }
    >
      {policies.map((policy) => (
        <Row key={policy.path} selected={policy === shown} onSelect={() => onSelect(policy.path)}>
          <Td title={`${taskWords(policy.task)}\n${policy.path}`}>
            <b className={css.task}>{taskWords(policy.task)}</b>
          </Td>
          <Td>{learnerLabel(policy.learner)}</Td>
          <Td hide="narrow">{policy.dataset === '' ? MISSING : policy.dataset}</Td>
          <Td number hide="narrow">
            {formatNumber(policy.updates)}
          </Td>
          <Td number>
            {policy.returnMean === null ? (
              MISSING
            ) : (
              <Quantity
                value={<b>{formatNumber(policy.returnMean, 1)}</b>}
                unit={policy.tries.length > 1 ? `± ${formatNumber(policy.returnStd, 1)}` : ''}
              />
            )}
          </Td>
          <Td number>{metres(policy.closestM)}</Td>
          <Td number hide="narrow">
            {metres(policy.finalM)}
          </Td>
          <Td>
            <State policy={policy} />
          </Td>
        </Row>
      ))}
    </Table>
  )
}

const WORDS: Record<OtherPolicy['state'], [GlyphKind, string]> = {
  training: ['act', 'Training'],
  trained: ['wait', 'Not tried'],
  running: ['act', 'Trying'],
  done: ['ok', 'Done'],
}

function State({ policy: { state, tries } }: { policy: OtherPolicy }) {
  const [kind, word] = WORDS[state]
  const count = tries.length === 1 ? '1 try' : `${formatNumber(tries.length)} tries`
  return <StateWord kind={kind}>{state === 'done' ? count : word}</StateWord>
}
