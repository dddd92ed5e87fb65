/** How the addon describes a method; see native.ts. */

/** A learner or an explorer with its settings and their defaults in each mode. */
export interface MethodDescription {
  name: string
  label: string
  summary: string
  learns: boolean
  modes: string[]
  settings: {
    key: string
    label: string
    unit: string
    meaning: string
    source: string
    minimum: number
    maximum: number
    integer: boolean
    defaults: { published: number; paper: number; modern: number }
  }[]
}
