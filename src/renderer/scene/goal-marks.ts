import { BufferAttribute, BufferGeometry, Group, Line, LineBasicMaterial, LineDashedMaterial } from 'three'
import { CanvasSprite, textSprite } from './canvas-sprite.ts'
import type { Goal, Point3 } from './scene-contents.ts'

export type GoalColours = { goal: string; line: string; ground: string }

function line(from: Point3, to: Point3, material: LineBasicMaterial | LineDashedMaterial): Line {
  const ends = new BufferAttribute(new Float32Array([...from, ...to]), 3)
  const made = new Line(new BufferGeometry().setAttribute('position', ends), material)
  made.computeLineDistances()
  made.renderOrder = 18
  return made
}

/** Ring and cross, 2.5 px wide for the selected goal. */
function ringSprite(colour: string, selected: boolean): CanvasSprite {
  return new CanvasSprite(32, 32, (context) => {
    context.strokeStyle = colour
    context.lineWidth = selected ? 2.5 : 1.5
    context.beginPath()
    context.arc(0, 0, selected ? 9 : 7, 0, 2 * Math.PI)
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const) {
      context.moveTo(4 * dx, 4 * dy)
      context.lineTo(13 * dx, 13 * dy)
    }
    context.stroke()
  })
}

function dotSprite(colour: string): CanvasSprite {
  return new CanvasSprite(10, 10, (context) => {
    context.fillStyle = colour
    context.beginPath()
    context.arc(0, 0, 3, 0, 2 * Math.PI)
    context.fill()
  })
}

/** Goals: ring, cross, letter and drop line; a line to the closest point the tool tip reached. Never hidden. */
export class GoalMarks extends Group {
  private materials: LineBasicMaterial[] = []

  show(goals: readonly Goal[], colours: GoalColours): void {
    this.dispose()
    const drop = new LineDashedMaterial({
      color: colours.goal,
      dashSize: 0.01,
      gapSize: 0.014,
      transparent: true,
      opacity: 0.55,
      depthTest: false,
    })
    const reach = new LineBasicMaterial({ color: colours.line, transparent: true, depthTest: false })
    this.materials = [drop, reach]
    for (const goal of goals) {
      const [x, y] = goal.position
      this.add(line(goal.position, [x, y, 0], drop))
      if (goal.closest) this.addClosest(goal, goal.closest, reach, colours)
      this.addSprite(ringSprite(colours.goal, goal.selected ?? false), goal.position, 20)
      const letter = textSprite(
        goal.letter,
        '600 13px "Inter Variable", sans-serif',
        colours.goal,
        colours.ground,
        14,
        -8,
      )
      this.addSprite(letter, goal.position, 21)
    }
  }

  override dispose(): void {
    for (const child of [...this.children]) {
      if (child instanceof CanvasSprite) child.dispose()
      if (child instanceof Line) child.geometry.dispose()
      child.removeFromParent()
    }
    for (const material of this.materials) material.dispose()
    this.materials = []
  }

  private addClosest(goal: Goal, closest: Point3, material: LineBasicMaterial, colours: GoalColours): void {
    this.add(line(goal.position, closest, material))
    this.addSprite(dotSprite(colours.line), closest, 19)
    if (!goal.selected || !goal.distance) return
    const text = textSprite(
      goal.distance,
      '500 12px "Inter Variable", sans-serif',
      colours.line,
      colours.ground,
      14,
      18,
    )
    this.addSprite(text, goal.position, 21)
  }

  private addSprite(sprite: CanvasSprite, place: Point3, order: number): void {
    sprite.position.set(...place)
    sprite.renderOrder = order
    this.add(sprite)
  }
}
