/** What the control cycle leaves for people, as the addon hands it over; see native.ts. */

/** One number of a recorded control cycle. */
export interface CycleColumn {
  group: string
  name: string
  unit: string
}

/** Control cycles at 1 kHz, oldest first. */
export interface RecordedCycles {
  samples: number
  /** Monotonic time that the column `time` counts from. */
  zeroNs: number
  values: Float32Array // column-major [cycleColumns(), samples]
}

/** Counts since the arm was connected; bin i holds times up to edgesUs[i], the last bin everything longer. */
export interface LinkTimes {
  edgesUs: number[]
  roundTrip: number[]
  cycle: number[]
  arrival: number[]
}

/** A number of the supervisor that a person may tighten. */
export interface SafetyLimitEntry {
  name: string
  /** Which way is safer; a fixed one gives recorded data their meaning and never changes in use. */
  tighter: 'smaller' | 'larger' | 'fixed'
}

/** One of the robot's 41 error flags in plain words. */
export interface ErrorFlagText {
  /** As the robot prints it. */
  name: string
  title: string
  message: string
  cause: string
  tip: string
  /** What must happen before the robot's own recovery is tried. */
  recovery: 'at-once' | 'look' | 'by-hand' | 'support'
  /** Which robots raise it. */
  robots: string
}
