/**
 * Keeps a failure inside its part of the window: what is around it, STOP above all, goes on.
 *   <Guard fallback={(failure, again) => <EmptyState ... actions={<Button onClick={again}>Show it again</Button>} />}>
 */
import { Component, type ErrorInfo } from 'react'

interface Props {
  /** Drawn instead; `again` tries the children once more. */
  fallback: (failure: string, again: () => void) => React.ReactNode
  children: React.ReactNode
}

interface State {
  failure: string | null
}

export class Guard extends Component<Props, State> {
  override state: State = { failure: null }

  static getDerivedStateFromError(error: unknown): State {
    return { failure: error instanceof Error ? error.message : String(error) }
  }

  override componentDidCatch(error: unknown, { componentStack }: ErrorInfo): void {
    console.error(error, componentStack)
  }

  override render(): React.ReactNode {
    const { failure } = this.state
    if (failure === null) return this.props.children
    return this.props.fallback(failure, () => this.setState({ failure: null }))
  }
}
