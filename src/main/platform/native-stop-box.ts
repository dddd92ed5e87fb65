/** The stop box on a serial port, as the addon hands it over; see native.ts. */

/**
 * A stop box on a serial port. Its own native thread reads it and stops the guarded arm; JavaScript only looks on.
 */
export interface NativeStopBox {
  /** The arm that it stops from now on, by its id; undefined for none. */
  guard(armId: number | undefined): void
  state(): StopBoxReading & { ageMs: number; trips: number; portFailed: boolean }
  close(): void
}

/** Its frames arrive at whoever opens `path`; close() is the cable pulled out. */
export interface PseudoStopBox {
  readonly path: string
  /** One frame: its number 0..255 and the inputs byte of stop_box_frame.h. False when it was not taken. */
  send(sequence: number, inputs: number): boolean
  close(): void
}

/** What the box says at the moment. */
export interface StopBoxReading {
  state: 'waiting' | 'closed' | 'pressed' | 'lost'
  /** Why it does not allow motion, in plain words; empty when it does. */
  message: string
  released: boolean
  /** The newest reason for which it stopped the arm; empty before the first. */
  tripCode: string
  tripMessage: string
}

/** Bytes in, states out, on a clock of the caller, ms. */
export interface StopBoxProbe {
  push(
    bytes: Uint8Array,
    nowMs: number,
  ): { frames: { sequence: number; inputs: number; uptime: number; flags: number }[]; damaged: number; trip: string }
  tick(nowMs: number): string
  state(nowMs: number): StopBoxReading
}
