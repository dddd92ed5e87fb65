/**
 * A posable Franka Emika Panda arm with Hand: every link is a group posed by one joint angle and holds one merged
 * mesh with four shared materials. Metres and radians, base frame with z up.
 */
import type { BufferGeometry, Material } from 'three'
import { Group, Mesh, MeshBasicMaterial, MeshLambertMaterial, Vector2 } from 'three'
import type { ShaderMaterial } from 'three'
import { outlineMaterial } from './outline-material.ts'
import { DH_ROWS, FLANGE_Z, HAND_YAW, HOME_JOINTS } from './panda-kinematics.ts'
import { buildPandaParts } from './panda-parts.ts'

/** Index of the Hand wherever a link number is expected; 0..7 are the arm's links. */
export const HAND_LINK = 8
/** Hand to finger slide, m. */
const FINGER_Z = 0.0584
/** Opening between the finger pads, m. */
const MAX_OPENING = 0.08

export type ArmColours = {
  shell: string
  dark: string
  metal: string
  light: string
  /** Ground behind the arm, fills a stale arm. */
  ground: string
  /** Line around a stale arm. */
  stale: string
  /** Line around the limb named in a stop. */
  named: string
}

/** Built once: the shapes take some 20 to 200 ms, and every view shows the same arm. */
let parts: BufferGeometry[] | null = null

export class PandaArm {
  /** Base frame. */
  readonly root = new Group()
  private readonly frames: Group[] = [this.root]
  private readonly fingers: Group[] = []
  private readonly links: Mesh<BufferGeometry, Material[]>[][] = []
  private readonly shell = new MeshLambertMaterial()
  private readonly dark = new MeshLambertMaterial()
  private readonly metal = new MeshLambertMaterial()
  private readonly light = new MeshBasicMaterial()
  private readonly ghostFill = new MeshBasicMaterial({
    polygonOffset: true,
    polygonOffsetFactor: 1,
    polygonOffsetUnits: 1,
  })
  private readonly depthOnly = new MeshBasicMaterial({ colorWrite: false })
  private readonly staleLine = outlineMaterial('#808080', 1.5)
  private readonly namedLine = outlineMaterial('#808080', 2.5)
  private depthMeshes: Mesh[] = []
  private outlines: Mesh[] = []
  private named: readonly number[] = []
  private stale = false

  constructor() {
    this.buildFrames()
    parts ??= buildPandaParts()
    const solid = [this.shell, this.dark, this.metal, this.light]
    parts.forEach((geometry, i) => {
      const link = Math.min(i, HAND_LINK)
      for (const parent of i > HAND_LINK ? this.fingers : [this.frames[i]!]) {
        const mesh = new Mesh<BufferGeometry, Material[]>(geometry, solid)
        parent.add(mesh)
        ;(this.links[link] ??= []).push(mesh)
      }
    })
    this.setJoints(HOME_JOINTS)
    this.setGripper(MAX_OPENING)
  }

  /** Poses the arm, rad. */
  setJoints(q: ArrayLike<number>): void {
    DH_ROWS.forEach(([, , alpha], i) => {
      const angle = q[i] ?? 0
      const sa = Math.sin(alpha / 2)
      const ca = Math.cos(alpha / 2)
      const s = Math.sin(angle / 2)
      const c = Math.cos(angle / 2)
      this.frames[i + 1]!.quaternion.set(sa * c, -sa * s, ca * s, ca * c) // Rx(alpha) * Rz(q)
    })
  }

  /** Opening between the finger pads, m, 0..0.08. */
  setGripper(width: number): void {
    const half = Math.min(Math.max(width, 0), MAX_OPENING) / 2
    this.fingers[0]!.position.y = half
    this.fingers[1]!.position.y = -half
  }

  setColours(colours: ArmColours): void {
    this.shell.color.set(colours.shell)
    this.dark.color.set(colours.dark)
    this.metal.color.set(colours.metal)
    this.light.color.set(colours.light)
    this.ghostFill.color.set(colours.ground)
    this.staleLine.uniforms['colour']!.value.set(colours.stale)
    this.namedLine.uniforms['colour']!.value.set(colours.named)
  }

  /** Below 1 only the nearest surface is drawn, so that no inner part shows through. */
  setOpacity(opacity: number): void {
    const clear = opacity < 1
    for (const material of [this.shell, this.dark, this.metal, this.light]) {
      if (material.transparent !== clear) material.needsUpdate = true
      material.transparent = clear
      material.opacity = opacity
    }
    if (clear && this.depthMeshes.length === 0) {
      this.depthMeshes = this.twin(this.links.flat(), this.depthOnly)
      for (const mesh of this.depthMeshes) mesh.renderOrder = 5
    }
    for (const mesh of this.depthMeshes) mesh.visible = clear
    for (const mesh of this.links.flat()) mesh.renderOrder = clear ? 6 : 0
  }

  /** Drawn as an outline only: nothing is known of the arm now. */
  setStale(stale: boolean): void {
    this.stale = stale
    const solid = [this.shell, this.dark, this.metal, this.light]
    const ghost = [this.ghostFill, this.ghostFill, this.ghostFill, this.ghostFill]
    for (const mesh of this.links.flat()) mesh.material = stale ? ghost : solid
    this.redrawOutlines()
  }

  /** Links (0..7, HAND_LINK) named in a stop get a bold line around them. */
  setNamed(links: readonly number[]): void {
    this.named = links
    this.redrawOutlines()
  }

  /** Frees what the graphics card holds. The shapes stay in memory for the next view. */
  dispose(): void {
    this.root.removeFromParent()
    const owned = [this.shell, this.dark, this.metal, this.light, this.ghostFill, this.depthOnly]
    for (const item of [...owned, this.staleLine, this.namedLine, ...(parts ?? [])]) item.dispose()
  }

  private buildFrames(): void {
    DH_ROWS.forEach(([a, d, alpha], i) => {
      const frame = new Group()
      frame.position.set(a, -d * Math.sin(alpha), d * Math.cos(alpha))
      this.frames[i]!.add(frame)
      this.frames.push(frame)
    })
    const hand = new Group()
    hand.position.z = FLANGE_Z
    hand.rotation.z = HAND_YAW
    this.frames[7]!.add(hand)
    this.frames.push(hand)
    for (const yaw of [0, Math.PI]) {
      const finger = new Group()
      finger.position.z = FINGER_Z
      finger.rotation.z = yaw
      hand.add(finger)
      this.fingers.push(finger)
    }
  }

  private redrawOutlines(): void {
    for (const mesh of this.outlines) mesh.removeFromParent()
    const named = this.named.flatMap((link) => this.links[link]?.slice(0, 1) ?? []) // the Hand without its fingers
    this.outlines = [
      ...(this.stale ? this.twin(this.links.flat(), this.staleLine) : []),
      ...this.twin(named, this.namedLine),
    ]
  }

  /** The same shapes once more in another material. */
  private twin(meshes: readonly Mesh[], material: Material): Mesh[] {
    return meshes.map((mesh) => {
      const twin = new Mesh(mesh.geometry, material)
      if (material === this.staleLine || material === this.namedLine) sizeOutline(twin, material as ShaderMaterial)
      mesh.parent?.add(twin)
      return twin
    })
  }
}

function sizeOutline(mesh: Mesh, material: ShaderMaterial): void {
  const size = new Vector2()
  mesh.onBeforeRender = (renderer) => {
    material.uniforms['viewport']!.value.copy(renderer.getSize(size))
    material.uniformsNeedUpdate = true
  }
}
