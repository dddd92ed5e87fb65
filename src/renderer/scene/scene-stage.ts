import type { Camera, WebGLRenderer } from 'three'
import type { Scene } from 'three'
import { Color, DirectionalLight, HemisphereLight } from 'three'
import { tokenColour } from '../plot/theme-colours.ts'
import { AllowedBoxLines } from './allowed-box-lines.ts'
import { CanvasSprite } from './canvas-sprite.ts'
import { FloorGrid } from './floor-grid.ts'
import { GoalMarks } from './goal-marks.ts'
import { PandaArm } from './panda-arm.ts'
import { HOME_JOINTS, toolTip } from './panda-kinematics.ts'
import { PointCloud } from './point-cloud.ts'
import type { AllowedBox, Goal, SceneHandle, Wall } from './scene-contents.ts'
import { TipTrail } from './tip-trail.ts'

/** Blue of the arm's own lamp: ready to move. */
const LAMP = '#3AA0FF'

/** All that stands in one 3-D view, and the calls that move it. Draws nothing by itself. */
export class SceneStage implements SceneHandle {
  readonly arm = new PandaArm()
  readonly box = new AllowedBoxLines()
  readonly floor = new FloorGrid()
  readonly cloud = new PointCloud()
  readonly trail = new TipTrail()
  readonly goals = new GoalMarks()
  private readonly hemisphere = new HemisphereLight()
  private readonly key = new DirectionalLight()
  private readonly fill = new DirectionalLight()
  private trailSeconds = 0
  private requestDraw: () => void = () => undefined
  private tip: CanvasSprite | null = null
  private joints: ArrayLike<number> = HOME_JOINTS
  private shownGoals: readonly Goal[] = []

  /**
   * The light stands over the viewer's left shoulder, so that every view shows the same tones; dashes keep about their
   * length on screen, `height` px being that of the view.
   */
  followView(camera: Camera, height: number): void {
    this.box.setDashScale(height / 580)
    camera.updateMatrixWorld()
    this.key.position.set(-0.6, 0.9, 0.75).applyQuaternion(camera.quaternion)
    this.fill.position.set(1, -0.2, 0.5).applyQuaternion(camera.quaternion)
  }

  /** Stands everything into a view's scene; `requestDraw` asks that view for one frame. */
  addTo(scene: Scene, requestDraw: () => void): void {
    this.requestDraw = requestDraw
    const { arm, box, floor, cloud, trail, goals, hemisphere, key, fill } = this
    scene.add(floor, box, arm.root, cloud, trail, goals, hemisphere, key, fill)
    scene.background = new Color(tokenColour('bg'))
    if (this.tip) scene.add(this.tip)
  }

  /** Reads every colour from the tokens of the current theme. */
  applyTheme(scene: Scene, renderer: WebGLRenderer): void {
    const dark = document.documentElement.dataset['theme'] !== 'light'
    const ground = tokenColour('bg')
    scene.background = new Color(ground)
    this.hemisphere.color.set('#FFFFFF')
    this.hemisphere.groundColor.set(dark ? '#6A737A' : '#9AA4AA')
    this.hemisphere.intensity = dark ? 1.35 : 1.7
    this.key.intensity = dark ? 2.1 : 1.45
    this.fill.intensity = dark ? 0.4 : 0.2
    this.arm.setColours({
      shell: tokenColour('arm-a'),
      dark: dark ? '#23292E' : '#2B3238',
      metal: tokenColour('arm-c'),
      light: LAMP,
      ground,
      stale: tokenColour('unk'),
      named: tokenColour('bad'),
    })
    this.box.setColours(tokenColour('box'), tokenColour('warn'))
    this.floor.setColours(tokenColour('line'), tokenColour('t2'), ground)
    this.cloud.setLook(tokenColour('cloud'), renderer.getPixelRatio())
    this.trail.setColours(tokenColour('accent'), ground)
    this.paintTip(scene, ground)
    this.showGoals(this.shownGoals)
  }

  showGoals(goals: readonly Goal[]): void {
    this.shownGoals = goals
    this.goals.show(goals, { goal: tokenColour('goal'), line: tokenColour('t1'), ground: tokenColour('bg') })
    this.requestDraw()
  }

  showBox(box: AllowedBox | null, wall: Wall | null): void {
    this.box.show(box, wall)
    this.requestDraw()
  }

  showArm(opacity: number, stale: boolean, named: readonly number[]): void {
    this.arm.setOpacity(opacity)
    this.arm.setStale(stale)
    this.arm.setNamed(named)
    if (this.tip) this.tip.visible = !stale
    this.requestDraw()
  }

  /** Seconds of the tool tip's path that `setJoints` keeps; 0 keeps none. */
  keepTrail(seconds: number): void {
    this.trailSeconds = seconds
  }

  setJoints(q: ArrayLike<number>, timeS = performance.now() / 1000): void {
    this.joints = q
    this.arm.setJoints(q)
    const place = toolTip(q)
    this.tip?.position.copy(place)
    if (this.trailSeconds > 0) this.trail.extend(place.x, place.y, place.z, timeS, this.trailSeconds)
    this.requestDraw()
  }

  setTrail(points: ArrayLike<number>): void {
    this.trail.replace(points)
    this.requestDraw()
  }

  clearTrail(): void {
    this.trail.clearPoints()
    this.requestDraw()
  }

  appendCloud(points: ArrayLike<number>): void {
    this.cloud.append(points)
    this.requestDraw()
  }

  clearCloud(): void {
    this.cloud.clearPoints()
    this.requestDraw()
  }

  dispose(): void {
    this.requestDraw = () => undefined
    for (const part of [this.arm, this.box, this.floor, this.cloud, this.trail, this.goals]) part.dispose()
    this.tip?.dispose()
  }

  /** Dot at the tool tip, never hidden. */
  private paintTip(scene: Scene, ground: string): void {
    const visible = this.tip?.visible ?? true
    this.tip?.removeFromParent()
    this.tip?.dispose()
    this.tip = new CanvasSprite(14, 14, (context) => {
      context.fillStyle = tokenColour('accent')
      context.strokeStyle = ground
      context.lineWidth = 2
      context.beginPath()
      context.arc(0, 0, 4, 0, 2 * Math.PI)
      context.fill()
      context.stroke()
    })
    this.tip.visible = visible
    this.tip.renderOrder = 22
    this.tip.position.copy(toolTip(this.joints))
    scene.add(this.tip)
  }
}
