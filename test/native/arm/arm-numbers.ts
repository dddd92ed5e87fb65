import type { ArmModel } from '../../../src/main/platform/native-arm-model.ts'

const LINKS = ['link0', 'link1', 'link2', 'link3', 'link4', 'link5', 'link6', 'link7', 'hand']
const link = (name: string): number => LINKS.indexOf(name)

/** The arm's description as lines `name count numbers...`, for the test programs in C++. */
export function armNumbers(model: ArmModel): string {
  const numbers: Record<string, number[]> = {
    dh: model.dh.flatMap(({ a, d, alpha }) => [a, d, alpha]),
    flangeOffset: [model.flangeOffset],
    handYaw: [model.handYaw],
    toolOffset: [model.toolOffset],
    home: model.home,
    ...model.limits,
    capsules: model.capsules.flatMap((c) => [link(c.link), ...c.center, 'xyz'.indexOf(c.axis), c.radius, c.length]),
    collisionPairs: model.collisionPairs.flat().map(link),
    closePairs: model.closePairs.flat().map(link),
  }
  for (const [name, value] of Object.entries(model.supervisor))
    numbers[`supervisor.${name}`] = [value as number | number[]].flat()
  return Object.entries(numbers)
    .map(([name, values]) => `${name} ${values.length} ${values.join(' ')}\n`)
    .join('')
}
