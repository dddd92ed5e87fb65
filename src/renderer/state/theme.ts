import { create } from 'zustand'

export type Theme = 'dark' | 'light'

const KEY = 'forager.theme'

function remembered(): Theme {
  try {
    return localStorage.getItem(KEY) === 'light' ? 'light' : 'dark'
  } catch {
    // Storage can be switched off; the default stands.
    return 'dark'
  }
}

function apply(theme: Theme): void {
  document.documentElement.dataset.theme = theme
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // Not remembered then.
  }
}

export const useTheme = create<{ theme: Theme; toggle: () => void }>()((set, get) => ({
  theme: remembered(),
  toggle: () => {
    const theme = get().theme === 'dark' ? 'light' : 'dark'
    apply(theme)
    set({ theme })
  },
}))

/** Before the first paint, so that the window never flashes in the other theme. */
export const startTheme = (): void => apply(useTheme.getState().theme)
