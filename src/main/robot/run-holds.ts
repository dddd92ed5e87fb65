import { refusal } from '../../contract/problem.ts'

/** The arm in the hands of one run. */
export interface ArmHold {
  /** Number under which a worker attaches to the arm. */
  driverId: number
  release(): void
}

/** Who uses the arm: one run at a time, or nobody. */
export class RunHolds {
  #hold: ArmHold | null = null
  #owner: string | null = null

  /** As in "A collection run uses the arm"; null for nobody. */
  get owner(): string | null {
    return this.#owner
  }

  /** `onRelease` is called once, when this run lets the arm go. */
  give(owner: string, driverId: number, onRelease: () => void): ArmHold {
    this.requireFree()
    const hold: ArmHold = {
      driverId,
      release: () => {
        if (this.#hold !== hold) return
        this.clear()
        onRelease()
      },
    }
    this.#hold = hold
    this.#owner = owner
    return hold
  }

  /** Refuses with `robot-busy` while a run uses the arm. */
  requireFree(): void {
    if (this.#owner !== null)
      throw refusal('robot-busy', `${this.#owner} uses the arm.`, 'End that run first, or wait for it.')
  }

  /** Forgets the run without telling it. */
  clear(): void {
    this.#hold = null
    this.#owner = null
  }
}
