import { CanvasTexture, LinearFilter, Sprite, SpriteMaterial, SRGBColorSpace } from 'three'

type Paint = (context: CanvasRenderingContext2D) => void

/** A flat drawing that keeps its size in pixels wherever it stands in space. The origin is its middle. */
export class CanvasSprite extends Sprite {
  private readonly widthPx: number
  private readonly heightPx: number

  constructor(widthPx: number, heightPx: number, paint: Paint) {
    const scale = Math.max(2, Math.ceil(window.devicePixelRatio))
    const canvas = document.createElement('canvas')
    canvas.width = widthPx * scale
    canvas.height = heightPx * scale
    const context = canvas.getContext('2d')
    if (context) {
      context.scale(scale, scale)
      context.translate(widthPx / 2, heightPx / 2)
      paint(context)
    }
    const map = new CanvasTexture(canvas)
    map.colorSpace = SRGBColorSpace
    map.minFilter = LinearFilter // drawn at its own size: mipmaps would only blur it
    map.generateMipmaps = false
    super(new SpriteMaterial({ map, sizeAttenuation: false, depthTest: false, depthWrite: false, transparent: true }))
    this.widthPx = widthPx
    this.heightPx = heightPx
  }

  /** Without attenuation a sprite's scale is its size over the distance; this keeps pixels at any window size. */
  fit(viewHeightPx: number, fovRad: number): void {
    const unit = (2 * Math.tan(fovRad / 2)) / viewHeightPx
    this.scale.set(this.widthPx * unit, this.heightPx * unit, 1)
  }

  override dispose(): void {
    this.material.map?.dispose()
    this.material.dispose()
  }
}

/** Text with a ground-coloured rim, so that it reads over lines; it starts `dx`, `dy` px from the origin. */
export function textSprite(
  text: string,
  font: string,
  colour: string,
  rim: string,
  dx: number,
  dy: number,
): CanvasSprite {
  const half = 12 + Math.abs(dx) + 8 * text.length
  return new CanvasSprite(2 * half, 2 * (16 + Math.abs(dy)), (context) => {
    context.font = font
    context.lineJoin = 'round'
    context.lineWidth = 4
    context.strokeStyle = rim
    context.strokeText(text, dx, dy)
    context.fillStyle = colour
    context.fillText(text, dx, dy)
  })
}
