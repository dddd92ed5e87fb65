/** Geometry of a Franka Emika Panda's links, Hand and finger, from formulas only: no mesh files. Metres. */
import type { BufferGeometry, Curve } from 'three'
import { BoxGeometry, CatmullRomCurve3, LineCurve3, Matrix4, QuadraticBezierCurve3, Quaternion, Vector3 } from 'three'
import type { Piece } from './merge-geometry.ts'
import { mergePieces } from './merge-geometry.ts'
import * as shell from './panda-fields.ts'
import { DRUM_R, ELBOW, GAP, SHOULDER, TUBE_R, WRIST } from './panda-fields.ts'
import { FLANGE_Z } from './panda-kinematics.ts'
import { can, cover, ring, roundedOutline, slab, turned, wrap } from './solid-surfaces.ts'

/** Material slots of a part. */
export const SHELL = 0
export const DARK = 1
export const METAL = 2
export const LIGHT = 3

const v = (x: number, y: number, z: number): Vector3 => new Vector3(x, y, z)
const X = v(1, 0, 0)
const Y = v(0, 1, 0)
const Z = v(0, 0, 1)
const NEG_X = v(-1, 0, 0)
const NEG_Y = v(0, -1, 0)
const NEG_Z = v(0, 0, -1)

const line = (a: Vector3, b: Vector3): Curve<Vector3> => new LineCurve3(a, b)
const bend = (a: Vector3, b: Vector3, c: Vector3): Curve<Vector3> => new QuadraticBezierCurve3(a, b, c)

/** Stands a z-axis part up along `axis` at a point. */
function on(axis: Vector3, x = 0, y = 0, z = 0): Matrix4 {
  const turn = new Quaternion().setFromUnitVectors(Z, axis)
  return new Matrix4().makeRotationFromQuaternion(turn).setPosition(x, y, z)
}

/** The same pieces seen from the next link's frame: rotated about x, shifted by `x`. */
const turnOver = (pieces: readonly Piece[], angle: number, x: number): Piece[] =>
  pieces.map(([slot, geometry, place]) => {
    const turn = new Matrix4().makeRotationX(angle).setPosition(x, 0, 0)
    return [slot, geometry, place ? turn.multiply(place) : turn]
  })

function basePieces(): Piece[] {
  const body = wrap(shell.baseField, line(v(-0.03, 0, 0.001), v(-0.03, 0, 0.112)), X, 22, 60, 2, 3)
  const plug = turned([
    [0.011, 0],
    [0.011, 0.008],
    [0.008, 0.008],
    [0.008, 0.003],
    [1e-4, 0.003],
  ])
  const lamp = (side: number): Piece => [
    LIGHT,
    turned(
      [
        [0.05, 0.104],
        [0.0595, 0.104],
        [0.0595, 0.1075],
        [0.05, 0.1075],
      ],
      (side * Math.PI) / 2 - 0.7,
      1.4,
    ),
  ]
  return [
    [SHELL, body],
    [SHELL, can(0.0582, 0.112, 0.1375, 0.0015)],
    [DARK, ring(0.0545, 0.13, 0.15)],
    [DARK, new BoxGeometry(0.01, 0.078, 0.038), on(Z, -0.1325, 0, 0.034)],
    [METAL, plug, on(NEG_X, -0.137, 0.019, 0.034)],
    [METAL, plug, on(NEG_X, -0.137, -0.019, 0.034)],
    lamp(-1),
    lamp(1),
  ]
}

function shoulderPieces(): Piece[] {
  const spine = bend(v(0, 0, -0.17), v(0, 0, -0.07), v(0, -0.05, -0.01))
  return [
    [SHELL, wrap(shell.shoulderField, spine, X, 28, 42, [TUBE_R, 0.023 - GAP / 2, 0.003], 5)],
    [SHELL, can(DRUM_R, 0.003, SHOULDER.face, 0.005), on(NEG_Y)],
    [DARK, cover(0.045, 0.004), on(NEG_Y, 0, -SHOULDER.face)],
    [DARK, ring(0.0555, -0.01, 0.01), on(Y)],
  ]
}

function elbowPieces(): Piece[] {
  const spine = bend(v(0, 0, -0.105), v(0, 0, -0.03), v(ELBOW.x, 0.045, 0))
  const side = v(-0.045, ELBOW.x, 0).normalize()
  return [
    [SHELL, wrap(shell.elbowField, spine, side, 22, 42, [TUBE_R, 0.017 - GAP / 2, 0.003], 8)],
    [SHELL, can(DRUM_R, 0.003, ELBOW.face, 0.005), on(Y, ELBOW.x)],
    [DARK, cover(0.045, 0.004), on(Y, ELBOW.x, ELBOW.face)],
    [DARK, ring(0.0555, -0.01, 0.01), on(Y, ELBOW.x)],
  ]
}

function forearmPieces(): Piece[] {
  const knots = [v(0, 0, -0.24), v(0, 0, -0.215), v(0, 0.05, -0.162), v(0, 0.08, -0.09), v(0, 0.075, 0)]
  const tube = [TUBE_R, 0.022 - GAP / 2, 0.003] as const
  return [
    [SHELL, wrap(shell.forearmField, new CatmullRomCurve3(knots), X, 28, 40, tube, 8)],
    [SHELL, can(WRIST.r, WRIST.inner + 0.002, WRIST.face, 0.006), on(Y)],
    [DARK, cover(0.04, 0.003), on(Y, 0, WRIST.face)],
    [DARK, ring(0.049, -0.008, 0.008), on(Y, 0, WRIST.inner)],
  ]
}

function wristPieces(): Piece[] {
  return [
    [SHELL, wrap(shell.wristField, line(v(0.088, 0.01, 0), v(0, 0, 0.006)), Z, 12, 40, 9, 9)],
    [SHELL, can(0.0505, -0.032, 0.0515, 0.006)],
    [DARK, cover(0.038, 0.003), on(Z, 0, 0, 0.0515)],
    [SHELL, can(0.0505, -0.047, 0.076, 0.01), on(Y, 0.088)],
    [DARK, ring(0.044, -0.006, 0.008), on(NEG_Y, 0.088, -0.049)],
  ]
}

function flangePieces(): Piece[] {
  const spine = line(v(0, 0, 0.078), v(0.044, 0.044, 0.081))
  const plate = turned([
    [0.03, 0.09],
    [0.0315, 0.09],
    [0.0315, FLANGE_Z],
    [0.01, FLANGE_Z],
  ])
  return [
    [SHELL, wrap(shell.flangeField, spine, v(1, -1, 0).normalize(), 10, 40, 8, 8)],
    [SHELL, can(0.046, 0.0525, 0.098, 0.005)],
    [DARK, ring(0.036, 0.09, 0.1)],
    [METAL, plate],
    [DARK, cover(0.021, 0.002), on(NEG_Z, 0.044, 0.044, 0.0667)],
    [LIGHT, ring(0.0045, 0, 0.003), on(NEG_Z, 0.044, 0.044, 0.0667)],
  ]
}

function handPieces(): Piece[] {
  return [
    [SHELL, wrap(shell.handField, line(v(0, -0.075, 0.03), v(0, 0.075, 0.03)), X, 24, 44, 8, 8)],
    [SHELL, can(0.0365, -0.0085, 0.006, 0.003)],
    [DARK, new BoxGeometry(0.036, 0.186, 0.02), on(Z, 0, 0, 0.0573)],
  ]
}

function fingerPieces(): Piece[] {
  const outline = roundedOutline([
    [0.0005, 0.0538, 0.001],
    [0.0005, 0.036, 0.002],
    [0.011, 0.02, 0.003],
    [0.011, 0.0045, 0.001],
    [0.002, 0.0045, 0.001],
    [0.002, 0.0003, 0.001],
    [0.0262, 0.0003, 0.002],
    [0.0262, 0.021, 0.003],
    [0.0152, 0.04, 0.004],
    [0.0152, 0.0538, 0.002],
  ])
  return [
    [METAL, slab(outline, 0.0195, 0.001)],
    [DARK, new BoxGeometry(0.0165, 0.002, 0.0165), on(Z, 0, 0.0012, 0.0448)],
  ]
}

/** Geometries of links 0..7, the Hand and one finger, each in its own frame. */
export function buildPandaParts(): BufferGeometry[] {
  const shoulder = shoulderPieces()
  const elbow = elbowPieces()
  const upperSeam: Piece = [DARK, ring(0.0545, -0.01, 0.01), on(Y, 0, -SHOULDER.seam)]
  const lowerSeam: Piece = [DARK, ring(0.0545, -0.01, 0.01), on(Y, -ELBOW.x, ELBOW.seam)]
  return [
    basePieces(),
    shoulder,
    [...turnOver(shoulder, -Math.PI / 2, 0), upperSeam],
    elbow,
    [...turnOver(elbow, Math.PI / 2, -ELBOW.x), lowerSeam],
    forearmPieces(),
    wristPieces(),
    flangePieces(),
    handPieces(),
    fingerPieces(),
  ].map(mergePieces)
}
