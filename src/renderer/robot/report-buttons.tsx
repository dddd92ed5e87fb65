import { useState } from 'react'
import { Button } from '../parts/button.tsx'
import { usePress } from '../state/press.ts'
import { saveFile } from '../state/save-file.ts'

interface Props {
  /** Name of the file without its ending. */
  name: string
  report: () => Promise<string>
}

/** Copies a report in plain text, or saves it. What went wrong is said on the button that was pressed. */
export function ReportButtons({ name, report }: Props) {
  const { busy, problem, press } = usePress()
  const [copied, setCopied] = useState(false)
  const copy = () =>
    void press(async () => {
      await navigator.clipboard.writeText(await report())
      setCopied(true)
    })
  const save = () => void press(async () => saveFile(`${name}.txt`, await report(), 'text/plain'))
  return (
    <>
      <Button disabled={busy} onClick={copy}>
        {problem !== null ? 'Not copied: save it instead' : copied ? 'Copied' : 'Copy report'}
      </Button>
      <Button disabled={busy} onClick={save}>
        Save report
      </Button>
    </>
  )
}
