import { describe, expect, test } from 'vitest'
import { locomotionNameSchema } from '../../../src/contract/world.ts'
import type { LocomotionName } from '../../../src/contract/world.ts'
import { locomotionModel, locomotionSpec } from '../../../src/main/world/locomotion-world.ts'
import { locomotionTasks } from '../../../src/main/world/locomotion-tasks.ts'
import { Simulation } from '../../../src/main/world/simulation.ts'

/** Tables of gym's model files, as they compile; the legacy masses are those of MuJoCo up to 2.1.2. */
const MASSES: Record<LocomotionName, Record<'legacy' | 'exact', Record<string, number>>> = {
  'HalfCheetah-v1': {
    legacy: {
      torso: 6.360313,
      bthigh: 1.535248,
      bshin: 1.58094,
      bfoot: 1.069191,
      fthigh: 1.425587,
      fshin: 1.178851,
      ffoot: 0.849869,
    },
    exact: {
      torso: 6.250209,
      bthigh: 1.543515,
      bshin: 1.587448,
      bfoot: 1.095397,
      fthigh: 1.438075,
      fshin: 1.200837,
      ffoot: 0.884519,
    },
  },
  'Hopper-v1': {
    legacy: { torso: 3.53429174, thigh: 3.92699082, leg: 2.71433605, foot: 5.0893801 },
    exact: { torso: 3.665191, thigh: 4.057891, leg: 2.781357, foot: 5.315575 },
  },
  'Walker2d-v1': {
    legacy: {
      torso: 3.53429174,
      thigh: 3.92699082,
      leg: 2.71433605,
      foot: 2.94053072,
      thigh_left: 3.92699082,
      leg_left: 2.71433605,
      foot_left: 2.94053072,
    },
    exact: {
      torso: 3.665191,
      thigh: 4.057891,
      leg: 2.781357,
      foot: 3.166725,
      thigh_left: 4.057891,
      leg_left: 2.781357,
      foot_left: 3.166725,
    },
  },
}

/** kg; HalfCheetah is scaled to exactly 14. */
const TOTALS: Record<LocomotionName, Record<'legacy' | 'exact', number>> = {
  'HalfCheetah-v1': { legacy: 14, exact: 14 },
  'Hopper-v1': { legacy: 15.264999, exact: 15.820013 },
  'Walker2d-v1': { legacy: 22.698007, exact: 23.677137 },
}

/** Moments across (the dynamics in the plane) and along each capsule, kg m2. */
const MOMENTS: Record<LocomotionName, Record<'legacy' | 'exact', Record<string, [across: number, along: number]>>> = {
  'HalfCheetah-v1': {
    legacy: {
      bthigh: [0.015256, 0.001624],
      bshin: [0.016608, 0.001673],
      bfoot: [0.005444, 0.001131],
      fthigh: [0.012319, 0.001508],
      fshin: [0.007163, 0.001247],
      ffoot: [0.0029, 0.000899],
    },
    exact: {
      bthigh: [0.016844, 0.001576],
      bshin: [0.018267, 0.001623],
      bfoot: [0.006352, 0.001102],
      fthigh: [0.01374, 0.001464],
      fshin: [0.008222, 0.001213],
      ffoot: [0.003529, 0.000879],
    },
  },
  'Hopper-v1': {
    legacy: {
      torso: [0.06185011, 0.00441786],
      thigh: [0.08426668, 0.00490874],
      leg: [0.0670441, 0.00217147],
      foot: [0.09046373, 0.00916088],
    },
    exact: {
      torso: [0.069246, 0.004451],
      thigh: [0.093299, 0.004941],
      leg: [0.072303, 0.002182],
      foot: [0.103523, 0.009242],
    },
  },
  'Walker2d-v1': {
    legacy: {
      torso: [0.06185011, 0.00441786],
      thigh_left: [0.08426668, 0.00490874],
      leg: [0.0670441, 0.00217147],
      foot: [0.01921147, 0.00529296],
      foot_left: [0.01921147, 0.00529296],
    },
    exact: {
      torso: [0.069246, 0.004451],
      thigh_left: [0.093299, 0.004941],
      leg: [0.072303, 0.002182],
      foot: [0.023998, 0.005374],
      foot_left: [0.023998, 0.005374],
    },
  },
}

/** World x, z of each geom's centre at the start pose, m. */
const CENTRES: Record<LocomotionName, Record<string, [x: number, z: number]>> = {
  'HalfCheetah-v1': {
    trunk: [0, 0.7],
    head: [0.6, 0.8],
    bthigh: [-0.4, 0.57],
    bshin: [-0.48, 0.38],
    bfoot: [-0.59, 0.213],
    fthigh: [0.43, 0.58],
    fshin: [0.425, 0.37],
    ffoot: [0.535, 0.21],
  },
  'Hopper-v1': { torso: [0, 1.25], thigh: [0, 0.825], leg: [0, 0.35], foot: [0.065, 0.1] },
  'Walker2d-v1': {
    torso: [0, 1.25],
    thigh: [0, 0.825],
    leg: [0, 0.35],
    foot: [0.1, 0.1],
    thigh_left: [0, 0.825],
    leg_left: [0, 0.35],
    foot_left: [0.1, 0.1],
  },
}

/** World x, z of the unit vector along each capsule of HalfCheetah at the start pose. */
const AXES: Record<string, [x: number, z: number]> = {
  head: [0.7643, 0.6448],
  bthigh: [0.6119, -0.791],
  bshin: [-0.8964, -0.4432],
  bfoot: [-0.2667, 0.9638],
  fthigh: [0.4969, 0.8678],
  fshin: [-0.5646, 0.8253],
  ffoot: [-0.5646, 0.8253],
}

const START: Record<LocomotionName, number[]> = {
  'HalfCheetah-v1': [0, 0, 0, 0, 0, 0, 0, 0, 0],
  'Hopper-v1': [0, 1.25, 0, 0, 0, 0],
  'Walker2d-v1': [0, 1.25, 0, 0, 0, 0, 0, 0, 0],
}

type Numbers = Record<string, Float64Array>

async function open(name: LocomotionName, inertia: 'legacy' | 'exact'): Promise<Simulation> {
  return Simulation.open(await locomotionModel(name, { inertia }))
}

function bodyId({ model }: Simulation, name: string): number {
  const body = model.body(name)
  const { id } = body
  body.delete()
  return id
}

function geomId({ model }: Simulation, name: string): number {
  const geom = model.geom(name)
  const { id } = geom
  geom.delete()
  return id
}

const each = locomotionNameSchema.options.flatMap((name) =>
  (['legacy', 'exact'] as const).map((inertia) => ({ name, inertia })),
)

describe.each(each)('$name, $inertia masses', ({ name, inertia }) => {
  test('every body and their sum have the tabled mass', async () => {
    const simulation = await open(name, inertia)
    const { body_mass } = simulation.model as unknown as Numbers
    for (const [body, mass] of Object.entries(MASSES[name][inertia])) {
      expect(body_mass![bodyId(simulation, body)], body).toBeCloseTo(mass, 6)
    }
    expect(body_mass!.reduce((sum, mass) => sum + mass, 0)).toBeCloseTo(TOTALS[name][inertia], 6)
    simulation.close()
  })

  test('moments of inertia are the tabled ones', async () => {
    const simulation = await open(name, inertia)
    const { body_inertia } = simulation.model as unknown as Numbers
    for (const [body, [across, along]] of Object.entries(MOMENTS[name][inertia])) {
      const id = bodyId(simulation, body)
      const moments = [...body_inertia!.slice(3 * id, 3 * id + 3)].sort((a, b) => b - a)
      expect(moments[0], body).toBeCloseTo(across, 6)
      expect(moments[1], body).toBeCloseTo(across, 6)
      expect(moments[2], body).toBeCloseTo(along, 6)
    }
    simulation.close()
  })
})

test.each([
  ['legacy', [0.149138, 0.024856], [0.024819, 0.894454, 0.876364, -0.07864]],
  ['exact', [0.15239, 0.025398], [0.025262, 0.897118, 0.878354, -0.079259]],
] as const)(
  'the torso of HalfCheetah, a trunk with a head, has its tabled centre and inertia: %s',
  async (inertia, [x, z], moments) => {
    const simulation = await open('HalfCheetah-v1', inertia)
    const { body_ipos, body_inertia, body_iquat } = simulation.model as unknown as Numbers
    const id = bodyId(simulation, 'torso')
    expect([...body_ipos!.slice(3 * id, 3 * id + 3)].map((value) => Number(value.toFixed(6)))).toEqual([x, 0, z])
    const I = rotated(body_inertia!.slice(3 * id, 3 * id + 3), body_iquat!.slice(4 * id, 4 * id + 4))
    const [xx, yy, zz, xz] = moments
    for (const [at, value] of [
      [0, xx],
      [4, yy],
      [8, zz],
      [2, xz],
    ] as const)
      expect(I[at]).toBeCloseTo(value, 6)
    simulation.close()
  },
)

/** R diag(moments) R' [3, 3]. */
function rotated(moments: Float64Array, [w, x, y, z]: Float64Array): number[] {
  const [a, b, c, d] = [w!, x!, y!, z!]
  const R = [
    1 - 2 * (c * c + d * d),
    2 * (b * c - a * d),
    2 * (b * d + a * c),
    2 * (b * c + a * d),
    1 - 2 * (b * b + d * d),
    2 * (c * d - a * b),
    2 * (b * d - a * c),
    2 * (c * d + a * b),
    1 - 2 * (b * b + c * c),
  ]
  return Array.from({ length: 9 }, (_, at) => {
    const [i, j] = [Math.floor(at / 3), at % 3]
    return [0, 1, 2].reduce((sum, k) => sum + R[3 * i + k]! * moments[k]! * R[3 * j + k]!, 0)
  })
}

describe.each(locomotionNameSchema.options)('%s', (name) => {
  test('our exact masses are those that MuJoCo itself gives the shapes', async () => {
    const template = (await locomotionModel(name, { inertia: 'exact' })).replaceAll(/<inertial [^>]*>/g, '')
    const theirs = await Simulation.open(template)
    const ours = await open(name, 'exact')
    for (const key of ['body_mass', 'body_inertia', 'body_ipos', 'dof_invweight0']) {
      const [a, b] = [theirs, ours].map(({ model }) => (model as unknown as Numbers)[key]!)
      const scale = Math.max(...a!.map(Math.abs))
      for (let i = 0; i < a!.length; i++) expect(Math.abs(a![i]! - b![i]!), `${key} ${i}`).toBeLessThan(1e-9 * scale)
    }
    theirs.close()
    ours.close()
  })

  test('the start pose and the geoms in it are where the tables say', async () => {
    const simulation = await open(name, 'legacy')
    simulation.reset()
    simulation.forward()
    expect([...simulation.qpos]).toEqual(START[name])
    const { geom_xpos, geom_xmat } = simulation.data as unknown as Numbers
    for (const [geom, [x, z]] of Object.entries(CENTRES[name])) {
      const id = geomId(simulation, geom)
      expect(geom_xpos![3 * id], geom).toBeCloseTo(x, 10)
      expect(geom_xpos![3 * id + 1], geom).toBeCloseTo(0, 10)
      expect(geom_xpos![3 * id + 2], geom).toBeCloseTo(z, 10)
      const axis = AXES[geom]
      if (name !== 'HalfCheetah-v1' || axis === undefined) continue
      expect(geom_xmat![9 * id + 2], geom).toBeCloseTo(axis[0], 3.9)
      expect(geom_xmat![9 * id + 8], geom).toBeCloseTo(axis[1], 3.9)
    }
    simulation.close()
  })

  test('sizes, period, motors and friction agree with the task and the tables', async () => {
    const task = locomotionTasks[name]
    const spec = locomotionSpec(name, { inertia: 'legacy' })
    const simulation = await open(name, 'legacy')
    const { model } = simulation
    const { actuator_gear, geom_friction, opt } = model as unknown as Numbers & {
      opt: { timestep: number; integrator: number }
    }
    expect([spec.observation.length, spec.action.length]).toEqual(name === 'Hopper-v1' ? [11, 3] : [17, 6])
    expect([simulation.qpos.length, simulation.qvel.length]).toEqual([task.coordinates.length, task.coordinates.length])
    expect(opt.timestep).toBe(task.timestep)
    expect(spec.stepPeriodS).toBeCloseTo(name === 'HalfCheetah-v1' ? 0.05 : 0.008, 12)
    // mjINT_EULER and mjINT_RK4
    expect(opt.integrator).toBe(name === 'HalfCheetah-v1' ? 0 : 1)
    expect(task.motors.map((_, i) => actuator_gear![6 * i])).toEqual(task.motors.map(({ torque }) => torque))
    const friction = (geom: string): number[] => {
      const id = geomId(simulation, geom)
      return [...geom_friction!.slice(3 * id, 3 * id + 3)]
    }
    if (name === 'HalfCheetah-v1') expect(friction('bfoot')).toEqual([0.4, 0.1, 0.1])
    if (name === 'Hopper-v1')
      expect([friction('foot'), friction('leg'), friction('floor')]).toEqual([
        [2, 0.005, 0.0001],
        [0.9, 0.005, 0.0001],
        [1, 0.005, 0.0001],
      ])
    if (name === 'Walker2d-v1')
      expect([friction('foot'), friction('foot_left'), friction('floor')]).toEqual([
        [0.9, 0.1, 0.1],
        [1.9, 0.1, 0.1],
        [0.7, 0.1, 0.1],
      ])
    simulation.close()
  })
})
