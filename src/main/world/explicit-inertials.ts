import { bodyInertial } from './capsule-inertia.ts'
import type { Capsule, InertiaRule, Inertial } from './capsule-inertia.ts'
import { Simulation } from './simulation.ts'

const MARK = /<!-- inertial: (\w+) -->/g
/** mjGEOM_CAPSULE */
const CAPSULE = 3

/**
 * `template`, MJCF with a comment `inertial: BODY` in each body, with explicit mass properties by `rule` in their place.
 * Shapes are those of the compiled template, so that geometry is written down once. The compiler still rescales the
 * masses where the template asks for a total.
 */
export async function explicitInertials(template: string, rule: InertiaRule): Promise<string> {
  const shapes = await Simulation.open(template)
  try {
    return template.replaceAll(MARK, (_, body: string) => inertialElement(bodyInertial(capsulesOf(shapes, body), rule)))
  } finally {
    shapes.close()
  }
}

function capsulesOf({ model }: Simulation, name: string): Capsule[] {
  const body = model.body(name)
  const { id } = body
  body.delete()
  const geoms = model as Record<'geom_bodyid' | 'geom_type' | 'geom_size' | 'geom_pos' | 'geom_quat', Float64Array>
  const { geom_bodyid, geom_type, geom_size, geom_pos, geom_quat } = geoms
  return Array.from(geom_bodyid).flatMap((owner, geom) => {
    if (owner !== id) return []
    if (geom_type[geom] !== CAPSULE) throw new Error(`body ${name} has a geom that is not a capsule`)
    const [w, x, y, z] = geom_quat.slice(4 * geom, 4 * geom + 4) as unknown as [number, number, number, number]
    return {
      radius: geom_size[3 * geom]!,
      half: geom_size[3 * geom + 1]!,
      center: Array.from(geom_pos.slice(3 * geom, 3 * geom + 3)),
      // The third column of the rotation matrix: a capsule lies along its z-axis.
      axis: [2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)],
    }
  })
}

function inertialElement({ mass, center, inertia: I }: Inertial): string {
  const full = [I[0], I[4], I[8], I[1], I[2], I[5]].join(' ')
  return `<inertial mass="${mass}" pos="${center.join(' ')}" fullinertia="${full}"/>`
}
