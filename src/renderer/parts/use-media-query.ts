import { useSyncExternalStore } from 'react'

/** True while the media query holds; for what CSS cannot do, such as sizes handed to a drawing. */
export function useMediaQuery(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const list = matchMedia(query)
      list.addEventListener('change', listener)
      return () => list.removeEventListener('change', listener)
    },
    () => matchMedia(query).matches,
  )
}
