/** What the preload script gives the window: one text channel to the station, in both directions. */
export interface ForagerCarrier {
  send(text: string): void
  /** Sets who gets the station's messages. */
  onMessage(listener: (text: string) => void): void
  /** Sets who is told that the station has closed the channel. */
  onClose(listener: () => void): void
}

/** IPC channels; the station and the preload script use no others. */
export const carrierChannels = {
  toStation: 'forager:to-station',
  toWindow: 'forager:to-window',
  closed: 'forager:closed',
} as const
