import { contextBridge, ipcRenderer } from 'electron'
import { carrierChannels } from './carrier.ts'
import type { ForagerCarrier } from './carrier.ts'

let onMessage: (text: string) => void = () => undefined
let onClose: () => void = () => undefined

ipcRenderer.on(carrierChannels.toWindow, (_event, text: string) => onMessage(text))
ipcRenderer.on(carrierChannels.closed, () => onClose())

const carrier: ForagerCarrier = {
  send: (text) => ipcRenderer.send(carrierChannels.toStation, String(text)),
  onMessage: (listener) => {
    onMessage = listener
  },
  onClose: (listener) => {
    onClose = listener
  },
}

contextBridge.exposeInMainWorld('foragerCarrier', Object.freeze(carrier))
