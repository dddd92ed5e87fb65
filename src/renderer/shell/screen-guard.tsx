import { Button } from '../parts/button.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Guard } from '../parts/guard.tsx'
import { Pane, WorkArea } from '../parts/pane.tsx'

/** A screen that fails is replaced by words; the top bar with STOP, and the stop dialog, go on. */
export function ScreenGuard({ children }: { children: React.ReactNode }) {
  return (
    <Guard
      fallback={(failure, again) => (
        <WorkArea>
          <Pane>
            <EmptyState title="This screen failed" actions={<Button onClick={again}>Show it again</Button>}>
              The arm and the data are not affected: the station goes on without this screen, and STOP works. {failure}
            </EmptyState>
          </Pane>
        </WorkArea>
      )}
    >
      {children}
    </Guard>
  )
}
