/**
 * Our worlds for another program: reads {world, inertia, episodes: [{state, actions}]} from stdin and prints one list
 * for each episode, with {state, observation, reward, terminal} after each action, from that state on. Nothing ends an
 * episode early.
 */
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { locomotionNameSchema } from '../../../src/contract/world.ts'
import { EndCode } from '../../../src/main/world/end-code.ts'
import { openLocomotionWorld } from '../../../src/main/world/locomotion-world.ts'
import { stepRow } from '../../../src/main/world/step-row.ts'

const order = z
  .object({
    world: locomotionNameSchema,
    inertia: z.enum(['legacy', 'exact']),
    episodes: z.array(z.object({ state: z.array(z.number()), actions: z.array(z.array(z.number())) })),
  })
  .parse(JSON.parse(await text(process.stdin)))

const world = await openLocomotionWorld(order.world, 0, order)
const row = stepRow(world.spec.observation.length, world.spec.action.length, world.spec.simulatorState.length)

function play({ state, actions }: (typeof order.episodes)[number]): unknown[] {
  world.beginEpisodeAt(Float64Array.from(state), row)
  return actions.map((action) => {
    row.action.set(action)
    world.step(row)
    const { observation, simulatorState, reward, info } = row
    return {
      state: [...simulatorState],
      observation: [...observation],
      reward: reward[0],
      terminal: info[1] === EndCode.terminal,
    }
  })
}

process.stdout.write(JSON.stringify(order.episodes.map(play)))
await world.close()
