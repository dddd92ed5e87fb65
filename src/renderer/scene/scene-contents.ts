/** What the screens put into a 3-D view. Metres and radians, base frame: x forward, y left, z up. */
export type Point3 = readonly [x: number, y: number, z: number]

export type AllowedBox = { readonly min: Point3; readonly max: Point3 }

/** Walls of the allowed box as a person in front of the drawing names them; `right` is y min. */
export type Wall = 'back' | 'front' | 'right' | 'left' | 'floor' | 'top'

export type Goal = {
  readonly letter: string
  readonly position: Point3
  /** Drawn bold, with its distance. */
  readonly selected?: boolean
  /** Closest point the tool tip reached. */
  readonly closest?: Point3
  /** Text beside the line to the closest point, e.g. `0.15 m`. */
  readonly distance?: string
}

export type ViewName = 'free' | 'front' | 'side' | 'top'

/** Where the camera stands: angles in rad about the target, m. Azimuth 0 looks at the arm from the front. */
export type ViewAngles = {
  readonly azimuth: number
  readonly elevation: number
  readonly distance: number
  readonly target: Point3
}

/** Moves the drawing without rendering React. Every call asks for one frame; frames come at most 30 a second. */
export type SceneHandle = {
  /** Poses the arm, rad. With a trail, the tool tip's new place is added to it at `timeS` (default: now). */
  setJoints(q: ArrayLike<number>, timeS?: number): void
  /** Replaces the trail: f32 [n, 3], m, oldest first. */
  setTrail(points: ArrayLike<number>): void
  clearTrail(): void
  /** Adds visited points: f32 [n, 3], m. */
  appendCloud(points: ArrayLike<number>): void
  clearCloud(): void
}
