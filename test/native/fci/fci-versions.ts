/** The versions of the FCI from the published tables: state fields in order, command numbers, sizes. Shares no code with ours. */

/** Fields of a state packet in order: name, bytes, and the first version that has it. */
const FIELDS: [string, number, number?][] = [
  ['message_id', 8],
  ['O_T_EE', 128],
  ['O_T_EE_d', 128],
  ['F_T_EE', 128],
  ['EE_T_K', 128],
  ['F_T_NE', 128, 4],
  ['NE_T_EE', 128, 4],
  ['m_ee', 8],
  ['I_ee', 72],
  ['F_x_Cee', 24],
  ['m_load', 8],
  ['I_load', 72],
  ['F_x_Cload', 24],
  ['elbow', 16],
  ['elbow_d', 16],
  ['tau_J', 56],
  ['tau_J_d', 56],
  ['dtau_J', 56],
  ['q', 56],
  ['q_d', 56],
  ['dq', 56],
  ['dq_d', 56],
  ['ddq_d', 56],
  ['joint_contact', 56],
  ['cartesian_contact', 48],
  ['joint_collision', 56],
  ['cartesian_collision', 48],
  ['tau_ext_hat_filtered', 56],
  ['O_F_ext_hat_K', 48],
  ['K_F_ext_hat_K', 48],
  ['O_dP_EE_d', 48],
  ['O_ddP_O', 24, 5],
  ['elbow_c', 16],
  ['delbow_c', 16],
  ['ddelbow_c', 16],
  ['O_T_EE_c', 128],
  ['O_dP_EE_c', 48],
  ['O_ddP_EE_c', 48],
  ['theta', 56],
  ['dtheta', 56],
  ['motion_generator_mode', 1],
  ['controller_mode', 1],
  ['errors', 41],
  ['reflex_reason', 41],
  ['robot_mode', 1],
  ['control_command_success_rate', 8],
]

/** Protocol 5 offsets as the table prints them, to check the sums above. */
export const PRINTED_OFFSETS: Record<string, number> = {
  O_T_EE_d: 136,
  F_T_NE: 520,
  m_ee: 776,
  elbow: 984,
  tau_J: 1016,
  q: 1184,
  q_d: 1240,
  dq: 1296,
  dq_d: 1352,
  ddq_d: 1408,
  tau_ext_hat_filtered: 1672,
  O_F_ext_hat_K: 1728,
  O_ddP_O: 1872,
  elbow_c: 1896,
  O_T_EE_c: 1944,
  theta: 2168,
  dtheta: 2224,
  motion_generator_mode: 2280,
  controller_mode: 2281,
  errors: 2282,
  reflex_reason: 2323,
  robot_mode: 2364,
  control_command_success_rate: 2365,
}

/** Byte offsets of a version's state packet; `bytes` is its size. */
export function stateLayout(version: number): { at: Record<string, number>; bytes: number } {
  const at: Record<string, number> = {}
  let offset = 0
  for (const [name, size, since] of FIELDS) {
    if (since !== undefined && version < since) continue
    at[name] = offset
    offset += version < 5 && size === 41 ? 37 : size
  }
  return { at, bytes: offset }
}

export const VERSIONS = [3, 4, 5, 6, 7, 8, 9]
export const STATE_BYTES: Record<number, number> = { 3: 2085, 4: 2341, 5: 2373, 6: 2373, 7: 2373, 8: 2373, 9: 2373 }
export const commandSize = (version: number): number => (version < 7 ? 370 : 371)

/** Number of each request in the older protocols (3 to 5) and the newer ones (6 to 9); request and reply bytes. */
export const REQUESTS: { name: string; old: number | null; recent: number | null; since?: number; request: number; reply: number }[] = [
  { name: 'StopMove', old: 2, recent: 2, request: 12, reply: 13 },
  { name: 'GetCartesianLimit', old: 3, recent: null, request: 16, reply: 166 },
  { name: 'SetCollisionBehavior', old: 4, recent: 3, request: 428, reply: 13 },
  { name: 'SetJointImpedance', old: 5, recent: 4, request: 68, reply: 13 },
  { name: 'SetCartesianImpedance', old: 6, recent: 5, request: 60, reply: 13 },
  { name: 'SetGuidingMode', old: 7, recent: 6, request: 19, reply: 13 },
  { name: 'SetEEToK', old: 8, recent: 7, request: 140, reply: 13 },
  { name: 'SetNEToEE', old: 9, recent: 8, request: 140, reply: 13 },
  { name: 'SetLoad', old: 10, recent: 9, request: 116, reply: 13 },
  { name: 'SetFilters', old: 11, recent: null, request: 52, reply: 13 },
  { name: 'AutomaticErrorRecovery', old: 12, recent: 10, request: 12, reply: 13 },
  { name: 'LoadModelLibrary', old: 13, recent: 11, request: 14, reply: 13 },
]

/** Status bytes of the requests that a robot may refuse or abort, older and newer protocols. */
export const STATUS = {
  move: {
    old: { finished: 0, started: 1, preempted: 2, notPossible: 3, invalidArgument: 5, reflex: 6, userStop: 7 },
    recent: { finished: 0, started: 1, preempted: 2, notPossible: 5, invalidArgument: 7, reflex: 8, userStop: 9 },
  },
  recovery: { old: { manual: 2, userStop: 4 }, recent: { manual: 3, userStop: 5 } },
} as const
