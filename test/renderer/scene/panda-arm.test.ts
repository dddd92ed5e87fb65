import { Mesh, Vector3 } from 'three'
import { describe, expect, it } from 'vitest'
import { PandaArm } from '../../../src/renderer/scene/panda-arm.ts'
import { FLANGE_Z, HOME_JOINTS, TCP_Z, toolTip } from '../../../src/renderer/scene/panda-kinematics.ts'
import { buildPandaParts } from '../../../src/renderer/scene/panda-parts.ts'

/** Joint angles (rad) and the tool tip they give (m), from the vendor's kinematics. */
const POSES: [number[], [number, number, number]][] = [
  [[...HOME_JOINTS], [0.306891, 0, 0.486882]],
  [
    [0, 0, 0, 0, 0, 0, 0],
    [0.088, 0, 0.8226],
  ],
  [
    [0.0167305, -0.762614, -0.0207622, -2.34352, -0.0305686, 1.53975, 0.753872],
    [0.305468, -0.008141, 0.483199],
  ],
  [
    [0.1, -0.2, 0.3, -1.4, 0.5, 1.6, -0.7],
    [0.417471, 0.306987, 0.7284],
  ],
]

/** Tool tip of the drawn arm: a point of the Hand, found through the scene graph. */
function drawnTip(arm: PandaArm): Vector3 {
  arm.root.updateMatrixWorld(true)
  let node = arm.root.children.find((child) => !(child instanceof Mesh))
  for (let joint = 1; joint < 7; joint++) node = node?.children.find((child) => !(child instanceof Mesh))
  const hand = node?.children.find((child) => !(child instanceof Mesh))
  if (!hand) throw new Error('the drawn arm has no Hand')
  return new Vector3(0, 0, TCP_Z).applyMatrix4(hand.matrixWorld)
}

describe('the drawn Panda', () => {
  it('has its tool tip where the kinematics put it', () => {
    for (const [q, place] of POSES) expect(toolTip(q).distanceTo(new Vector3(...place))).toBeLessThan(1e-6)
  })

  it('is posed by the scene graph as the kinematics say', () => {
    const arm = new PandaArm()
    for (const [q] of POSES) {
      arm.setJoints(q)
      expect(drawnTip(arm).distanceTo(toolTip(q))).toBeLessThan(1e-12)
    }
  })

  it('is made of finite points and unit normals', () => {
    const parts = buildPandaParts()
    expect(parts).toHaveLength(10)
    for (const part of parts) {
      const positions = part.getAttribute('position').array
      const normals = part.getAttribute('normal').array
      expect(positions.length).toBeGreaterThan(300)
      expect(positions.every(Number.isFinite)).toBe(true)
      for (let i = 0; i < normals.length; i += 3) {
        expect(Math.hypot(normals[i]!, normals[i + 1]!, normals[i + 2]!)).toBeCloseTo(1, 4)
      }
    }
  })

  it('ends link 7 at the flange', () => {
    const flange = buildPandaParts()[7]!
    flange.computeBoundingBox()
    expect(flange.boundingBox?.max.z).toBeCloseTo(FLANGE_Z, 6)
  })
})
