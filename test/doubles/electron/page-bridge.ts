declare global {
  interface Window {
    electronDoubleSend: (channel: string, args: unknown[]) => void
    electronDoubleReceive?: (channel: string, args: unknown[]) => void
  }
}

/** What a sandboxed preload script can load, made in the page before its own scripts run. Serialised by `toString`. */
function electronInPage(): (name: string) => object {
  const listeners = new Map<string, ((event: object, ...args: unknown[]) => void)[]>()
  window.electronDoubleReceive = (channel, args) => {
    for (const listener of listeners.get(channel) ?? []) listener({}, ...args)
  }
  const electron = {
    contextBridge: {
      exposeInMainWorld: (name: string, value: object) =>
        Object.defineProperty(window, name, { value, writable: false, configurable: false }),
    },
    ipcRenderer: {
      send: (channel: string, ...args: unknown[]) => window.electronDoubleSend(channel, args),
      on: (channel: string, listener: (event: object, ...args: unknown[]) => void) => {
        listeners.set(channel, [...(listeners.get(channel) ?? []), listener])
      },
    },
  }
  return (name) => {
    if (name !== 'electron') throw new Error(`a sandboxed preload script cannot load ${name}`)
    return electron
  }
}

/** The preload script as text to run in the page, with Electron's `require` around it. */
export function preloadInPage(preload: string): string {
  return `{
    const require = (${electronInPage.toString()})()
    const module = { exports: {} }
    ;((require, module, exports) => {
${preload}
    })(require, module, module.exports)
  }`
}
