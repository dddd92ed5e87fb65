import { Button } from '../parts/button.tsx'
import { Dialog, DialogActions } from '../parts/dialog.tsx'
import { KEY_ROWS } from '../state/keys.ts'
import css from './key-help.module.css'

/** The key table, printed. Every key has a button somewhere. */
export function KeyHelp({ onClose }: { onClose: () => void }) {
  return (
    <Dialog open title="Keys" onClose={onClose}>
      <table className={css.table}>
        <tbody>
          {KEY_ROWS.map((row) => (
            <tr key={row.does}>
              <th scope="row">
                {row.keys.map((key) => (key === 'to' ? <span key={key}>to</span> : <kbd key={key}>{key}</kbd>))}
              </th>
              <td>{row.does}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  )
}
