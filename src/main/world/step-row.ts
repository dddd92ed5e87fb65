/** What one step of a world reads and writes; allocated once per session, so that a step allocates nothing. */
export interface StepRow {
  /** [A] in [-1, 1]: what the explorer or policy asks for. Read by the world. */
  action: Float32Array
  /** [S] after the step. */
  observation: Float32Array
  /** [3] m, base frame, after the step. Zeros in a world without a tool tip. */
  tooltip: Float32Array
  /** [A] in action units: what was sent after the supervisor. */
  sent: Float32Array
  /** [1] monotonic ns at the end of the step. */
  tickTime: BigInt64Array
  /** [2] StepFlag bits and an EndCode. */
  info: Int32Array
}

/** Zeroed row for observations of size S and actions of size A. */
export function stepRow(observationSize: number, actionSize: number): StepRow {
  return {
    action: new Float32Array(actionSize),
    observation: new Float32Array(observationSize),
    tooltip: new Float32Array(3),
    sent: new Float32Array(actionSize),
    tickTime: new BigInt64Array(1),
    info: new Int32Array(2),
  }
}
