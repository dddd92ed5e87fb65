import type { Setting } from './world.ts'

/** Of how a method is described, what is looked at here. */
type Described = Pick<Setting, 'key' | 'defaults'>

/** Updates before the policy begins to learn, where models learn alone at first; 0 for every other learner. */
export function updatesBeforePolicy(
  settings: readonly Described[],
  mode: keyof Setting['defaults'],
  changed: Readonly<Record<string, number>>,
): number {
  return changed['modelUpdates'] ?? settings.find(({ key }) => key === 'modelUpdates')?.defaults[mode] ?? 0
}
