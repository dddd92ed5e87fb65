import { Matrix4, PerspectiveCamera } from 'three'
import { expect, test } from 'vitest'
import type { Goal } from '../../../src/contract/task.ts'
import { chosenTask, FRESH_TASK, taskFile, taskOptions, tasksOf } from '../../../src/renderer/learner/task-choice.ts'
import { nearestOnScreen } from '../../../src/renderer/scene/nearest-on-screen.ts'

const GOALS: Goal[] = [
  { name: 'A', position: [0.4, 0.2, 0.5] },
  { name: 'B', position: [0.5, 0, 0.3] },
]

test('an arm has goals, another world its own reward, and both a reward of one’s own', () => {
  const values = (world: string): string[] => taskOptions(world, GOALS).map(({ value }) => value)
  expect(values('panda')).toEqual(['all', 'A', 'B', 'point', 'any', 'expression'])
  expect(values('Hopper-v1')).toEqual(['env', 'expression'])
  expect(chosenTask(FRESH_TASK, taskOptions('Hopper-v1', GOALS))).toBe('env')
})

test('a choice stands for tasks, or says what is missing', () => {
  const draft = { ...FRESH_TASK, point: ['400', '\u2212200', ''] as [string, string, string], expression: ' tip.x ' }
  expect(tasksOf('all', draft, GOALS).tasks).toHaveLength(2)
  expect(tasksOf('B', draft, GOALS).tasks).toEqual([{ kind: 'reach', goal: [0.5, 0, 0.3] }])
  expect(tasksOf('env', draft, GOALS).tasks).toEqual([{ kind: 'env' }])
  expect(tasksOf('point', draft, GOALS).error).toMatch(/Three numbers/)
  expect(tasksOf('point', { ...draft, point: ['400', '\u2212200', '500'] }, GOALS).tasks).toEqual([
    { kind: 'reach', goal: [0.4, -0.2, 0.5] },
  ])
  expect(tasksOf('expression', { ...draft, expression: ' ' }, GOALS).error).toMatch(/For example/)
  const [task] = tasksOf('expression', draft, GOALS).tasks
  expect(JSON.parse(taskFile(task!))).toEqual({ kind: 'expression', expression: 'tip.x' })
})

test('a click takes the visited point under it that is nearest to the eye', () => {
  const camera = new PerspectiveCamera(50, 2, 0.1, 10)
  camera.position.set(0, 0, 2)
  camera.updateMatrixWorld()
  const toClip = new Matrix4().multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse)
  const view = { toClip, width: 400, height: 200 }
  const points = Float32Array.of(0, 0, -1, 0, 0, 0.5, 0.5, 0, 0, 0, 0, 3)
  expect(nearestOnScreen(points, view, 200, 100, 12)).toBe(1)
  expect(nearestOnScreen(points, view, 200 + (0.25 / Math.tan((25 * Math.PI) / 180)) * 100, 100, 12)).toBe(2)
  expect(nearestOnScreen(points, view, 20, 20, 12)).toBe(-1)
})
