import { native } from '../platform/native.ts'

/** A method as it is called in figures and on screen; its name where the core does not have it. */
export function labelOf(name: string): string {
  return [...native.describeExplorers(), ...native.describeLearners()].find((each) => each.name === name)?.label ?? name
}
