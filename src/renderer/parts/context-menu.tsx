/**
 * Right click on `children` opens a list of actions; the Menu key and Shift F10 do the same. Each has a button or a key
 * elsewhere as well.
 *   <ContextMenu items={[{ label: 'Export CSV', keys: 'Ctrl E', run }]}><div>...</div></ContextMenu>
 */
import { ContextMenu as Menu } from 'radix-ui'
import css from './context-menu.module.css'

export interface MenuItem {
  label: string
  keys?: string
  disabled?: boolean
  run: () => void
}

export function ContextMenu({ items, children }: { items: readonly MenuItem[]; children: React.ReactNode }) {
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger asChild>{children}</Menu.Trigger>
      <Menu.Portal>
        <Menu.Content className={css.menu}>
          {items.map(({ label, keys, disabled = false, run }) => (
            <Menu.Item key={label} className={css.item} disabled={disabled} onSelect={run}>
              <span>{label}</span>
              {keys !== undefined && <kbd>{keys}</kbd>}
            </Menu.Item>
          ))}
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  )
}
