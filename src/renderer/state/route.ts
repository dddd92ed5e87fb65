import { useSyncExternalStore } from 'react'

/** What the part behind # in the address shows. */
export type Route =
  | { screen: 'robot' }
  | { screen: 'incidents'; incident: string | null }
  | { screen: 'collect' }
  | { screen: 'datasets'; dataset: string | null }
  | { screen: 'episode'; dataset: string; episode: number }
  | { screen: 'train' }
  | { screen: 'evaluate' }

/** A broken escape is kept as it was typed; it names nothing then. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** Unknown addresses show the Robot screen: nothing else can be wrong about the arm. */
export function parseRoute(hash: string): Route {
  const parts = hash.replace(/^#\/?/, '').split('/').filter(Boolean).map(decoded)
  const [screen, dataset, episode] = parts
  switch (screen) {
    case 'collect':
    case 'train':
    case 'evaluate':
      return { screen }
    case 'incidents':
      return { screen, incident: dataset ?? null }
    case 'datasets': {
      const number = Number(episode)
      if (dataset !== undefined && Number.isInteger(number) && number > 0)
        return { screen: 'episode', dataset, episode: number }
      return { screen: 'datasets', dataset: dataset ?? null }
    }
    default:
      return { screen: 'robot' }
  }
}

let known = { hash: '', route: parseRoute('') }

function current(): Route {
  // One object per address, so that the store snapshot is stable.
  if (known.hash !== location.hash) known = { hash: location.hash, route: parseRoute(location.hash) }
  return known.route
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener)
  return () => removeEventListener('hashchange', listener)
}

export function useRoute(): Route {
  return useSyncExternalStore(subscribe, current)
}

/** `go('datasets', id, 87)` opens #/datasets/id/87. */
export function go(...parts: (string | number)[]): void {
  location.hash = `#/${parts.map((part) => encodeURIComponent(part)).join('/')}`
}
