/** Learners as they are called on screen; the learning core uses the same labels. */
const LABELS: Readonly<Record<string, string>> = {
  td3: 'TD3',
  bcq: 'BCQ',
  td3_bc: 'TD3+BC',
  iql: 'IQL',
  sac: 'SAC',
  cql: 'CQL',
  rollout: 'Model roll-out',
}

/** Label of a learner; its name where none is known. */
export function learnerLabel(name: string): string {
  return LABELS[name] ?? name
}
