/**
 * A dialog that starts below the top bar, so that STOP, tabs and state cells stay in reach. It blocks the work area only.
 *   <Dialog open title="Exclude episode 87?" onClose={() => ...} kind="plain" | "stop" width={560}>...</Dialog>
 *   kind="stop": red top edge, role alertdialog, Esc does not close it. The work area is `inert` meanwhile.
 */
import { Dialog as Radix } from 'radix-ui'
import { useEffect, useLayoutEffect, useRef } from 'react'
import { classNames } from './class-names.ts'
import css from './dialog.module.css'

interface Props {
  open: boolean
  title: React.ReactNode
  titleEnd?: React.ReactNode
  description?: React.ReactNode
  kind?: 'plain' | 'stop'
  width?: number
  onClose?: () => void
  children: React.ReactNode
}

/** Id of the element that a dialog makes inert. */
export const WORK_AREA_ID = 'work'

/** Open dialogs; a stop can open over another dialog, and the work area waits for the last of them. */
let openDialogs = 0

function holdWork(change: 1 | -1): void {
  openDialogs += change
  document.getElementById(WORK_AREA_ID)?.toggleAttribute('inert', openDialogs > 0)
}

/** The next Tab goes on from where the dialog was opened. What has taken the focus meanwhile keeps it. */
function returnFocus(opener: Element | null): void {
  if (document.activeElement === document.body && opener instanceof HTMLElement) opener.focus()
}

export function Dialog({ open, title, titleEnd, description, kind = 'plain', width = 880, onClose, children }: Props) {
  const opener = useRef<Element | null>(null)
  // Before the work area becomes inert, which takes the focus from what is in it.
  useLayoutEffect(() => {
    if (open) opener.current = document.activeElement
  }, [open])
  useEffect(() => {
    if (!open) return
    holdWork(1)
    return () => holdWork(-1)
  }, [open])
  const stop = kind === 'stop'
  return (
    <Radix.Root open={open} modal={false} onOpenChange={(next) => !next && onClose?.()}>
      <Radix.Portal>
        <div className={css.scrim}>
          <Radix.Content
            className={classNames(css.dialog, stop && css.stop)}
            style={{ width: `min(${width}px, calc(100% - 48px))` }}
            role={stop ? 'alertdialog' : 'dialog'}
            onEscapeKeyDown={(event) => stop && event.preventDefault()}
            // The dialog itself, not its first control: a stray Enter must not press anything.
            onOpenAutoFocus={(event) => {
              event.preventDefault()
              ;(event.currentTarget as HTMLElement).focus()
            }}
            onCloseAutoFocus={(event) => {
              event.preventDefault()
              returnFocus(opener.current)
            }}
            onInteractOutside={(event) => event.preventDefault()}
          >
            <div className={css.head}>
              <Radix.Title asChild>
                <h1>{title}</h1>
              </Radix.Title>
              {titleEnd !== undefined && <span className={css.end}>{titleEnd}</span>}
              <Radix.Description asChild>
                <p>{description}</p>
              </Radix.Description>
            </div>
            {children}
          </Radix.Content>
        </div>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** Row of buttons at the foot of a plain dialog. */
export function DialogActions({ children }: { children: React.ReactNode }) {
  return <div className={css.actions}>{children}</div>
}
