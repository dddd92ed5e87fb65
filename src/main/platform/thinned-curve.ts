/** A growing curve of bounded length: whenever it is full every second point goes; the first one stays. */
export class ThinnedCurve<Point> {
  private readonly most: number
  private kept: Point[] = []

  constructor(most: number) {
    this.most = most
  }

  add(point: Point): void {
    this.kept.push(point)
    if (this.kept.length > this.most) this.kept = this.kept.filter((_, i) => i % 2 === 0)
  }

  points(): Point[] {
    return [...this.kept]
  }
}
