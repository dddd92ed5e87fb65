import { Button } from '../../parts/button.tsx'
import { Dialog, DialogActions } from '../../parts/dialog.tsx'
import { formatNumber } from '../../parts/format.ts'
import { curate } from './curation-store.ts'

type Props = { id: string; episodes: readonly number[]; onClose: () => void }

/** "episode 87", "12 episodes". */
export const episodesText = (episodes: readonly number[]): string =>
  episodes.length === 1 ? `episode ${formatNumber(episodes[0])}` : `${formatNumber(episodes.length)} episodes`

/** Asked once before episodes are left out; bringing them back needs no question. */
export function ExcludeDialog({ id, episodes, onClose }: Props) {
  const one = episodes.length === 1
  const exclude = () => {
    onClose()
    void curate(id, { kind: 'exclude', episodes: [...episodes] })
  }
  return (
    <Dialog
      open
      title={`Exclude ${episodesText(episodes)}?`}
      description={
        one
          ? 'It stays in the file; training leaves it out. Ctrl Z brings it back.'
          : 'They stay in the file; training leaves them out. Ctrl Z brings them back.'
      }
      width={440}
      onClose={onClose}
    >
      <DialogActions>
        <Button kind="primary" onClick={exclude}>
          Exclude
        </Button>
        <Button onClick={onClose}>Keep</Button>
      </DialogActions>
    </Dialog>
  )
}
