/**
 * What will stand here, why it does not yet, and what to press.
 *   <EmptyState title="No datasets yet" actions={<><Button kind="primary"/>...</>}>A run of ...</EmptyState>
 *   `small` for a pane inside a screen.
 */
import { classNames } from './class-names.ts'
import css from './empty-state.module.css'

interface Props {
  title: string
  small?: boolean
  actions?: React.ReactNode
  children?: React.ReactNode
}

export function EmptyState({ title, small = false, actions, children }: Props) {
  return (
    <div className={classNames(css.empty, small && css.small)}>
      <h3>{title}</h3>
      {children !== undefined && <p>{children}</p>}
      {actions !== undefined && <div className={css.actions}>{actions}</div>}
    </div>
  )
}
