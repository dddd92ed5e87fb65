import { useState } from 'react'
import type { PolicySummary } from '../../contract/policy.ts'
import { Button } from '../parts/button.tsx'
import { DialogActions } from '../parts/dialog.tsx'
import { Field } from '../parts/field.tsx'
import { ProblemNotice } from '../parts/problem-notice.tsx'
import { Segment } from '../parts/segment.tsx'
import { api } from '../state/api.ts'
import { usePress } from '../state/press.ts'
import css from './policies-dialog.module.css'

type Format = 'onnx' | 'tfjs'

/** A path beside the station's own folders: HOME/exports/NAME. */
function suggestedPath(policy: PolicySummary, format: Format): string {
  const slash = policy.path.includes('\\') ? '\\' : '/'
  const home = policy.path.split(slash).slice(0, -2).join(slash)
  return [home, 'exports', format === 'onnx' ? `${policy.sheet.id}.onnx` : `${policy.sheet.id}-tfjs`].join(slash)
}

interface Props {
  policy: PolicySummary
  onDone: (out: string) => void
  onCancel: () => void
}

/** Format and place of one export. */
export function PolicyExport({ policy, onDone, onCancel }: Props) {
  const onlyModel = policy.sheet.model !== null
  const [format, setFormat] = useState<Format>(onlyModel ? 'tfjs' : 'onnx')
  const [out, setOut] = useState(() => suggestedPath(policy, format))
  const { busy, problem, press } = usePress()
  const choose = (next: Format) => {
    setFormat(next)
    setOut(suggestedPath(policy, next))
  }
  const write = async () => {
    if (await press(() => api.policy.export.mutate({ path: policy.path, format, out }))) onDone(out.trim())
  }
  return (
    <>
      <ProblemNotice problem={problem} />
      <div className={css.form}>
        <Segment
          label="Format"
          tall
          value={format}
          options={[
            { value: 'onnx', label: 'ONNX', disabled: onlyModel, title: 'One file. Weights, graph and policy sheet.' },
            { value: 'tfjs', label: 'TensorFlow.js', title: 'A folder with model.json and its weights.' },
          ]}
          onChange={choose}
        />
        <Field
          label={format === 'onnx' ? "New file on the station's computer" : "New folder on the station's computer"}
          value={out}
          onChange={setOut}
        />
      </div>
      <DialogActions>
        <Button onClick={onCancel}>Back</Button>
        <Button
          kind="primary"
          reason={out.trim() === '' ? 'Type a path first.' : busy ? 'Writing.' : null}
          onClick={() => void write()}
        >
          Export {policy.sheet.id}
        </Button>
      </DialogActions>
    </>
  )
}
