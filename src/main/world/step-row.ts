/** What one step of a world reads and writes; allocated once per session, so that a step allocates nothing. */
export interface StepRow {
  /** [A] in [-1, 1]: what the explorer or policy asks for. Read by the world. */
  action: Float32Array
  /** [S] after the step. */
  observation: Float32Array
  /** [3] m, base frame, after the step. Zeros in a world without a tool tip. */
  tooltip: Float32Array
  /** [A] in action units: what was sent after the supervisor or the clamp. */
  sent: Float32Array
  /** [1] the world's own reward of the step; stays 0 in a world without one. */
  reward: Float32Array
  /** [Q] coordinates and velocities of the simulator after the step; empty in a world that has none to give. */
  simulatorState: Float64Array
  /** [1] monotonic ns at the end of the step; simulated time in a world that has no other. */
  tickTime: BigInt64Array
  /** [2] StepFlag bits and an EndCode. */
  info: Int32Array
}

/** Zeroed row for observations of size S, actions of size A and simulator states of size Q. */
export function stepRow(observationSize: number, actionSize: number, simulatorStateSize = 0): StepRow {
  return {
    action: new Float32Array(actionSize),
    observation: new Float32Array(observationSize),
    tooltip: new Float32Array(3),
    sent: new Float32Array(actionSize),
    reward: new Float32Array(1),
    simulatorState: new Float64Array(simulatorStateSize),
    tickTime: new BigInt64Array(1),
    info: new Int32Array(2),
  }
}
