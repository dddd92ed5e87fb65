import { useEffect, useRef, useState } from 'react'

/** Follows a value, changing at most once in `ms`; the last value always arrives. */
export function useAtMostEvery<T>(value: T, ms: number): T {
  const [shown, setShown] = useState(value)
  const changedAt = useRef(-Infinity)
  useEffect(() => {
    if (Object.is(value, shown)) return
    const take = (): void => {
      changedAt.current = performance.now()
      setShown(value)
    }
    const timer = setTimeout(take, Math.max(0, changedAt.current + ms - performance.now()))
    return () => clearTimeout(timer)
  }, [value, shown, ms])
  return shown
}
