/** Something that does not hold in one episode. */
export interface Finding {
  code: string
  /** From 1, 0 before the first; null where it is no single step. */
  step: number | null
  text: string
  tip: string
}
export type Found = Finding | null

export const LEAVE_OUT = 'Leave this episode out of training.'
export const RECORDER = 'Find out how the recorder made these values; leave the episode out until then.'
