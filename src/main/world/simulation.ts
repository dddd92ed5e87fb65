import type { MainModule, MjData, MjModel } from '@mujoco/mujoco'

let loading: Promise<MainModule> | null = null

/** MuJoCo in WebAssembly, loaded once per thread and only where a simulated world is opened. */
export function loadMujoco(): Promise<MainModule> {
  return (loading ??= import('@mujoco/mujoco').then((module) => module.default()))
}

/**
 * One MuJoCo model and its state. `qpos` [nq], `qvel` [nv] and `ctrl` [nu] lie in the memory of the engine: read and
 * write them in place, and fetch them again after a call, because that memory may move when it grows.
 */
export class Simulation {
  readonly model: MjModel
  readonly data: MjData
  private readonly mujoco: MainModule
  private views: Record<'qpos' | 'qvel' | 'ctrl', Float64Array>

  /** Compiles MJCF. Throws MuJoCo's own words about a model that is not valid. */
  static async open(mjcf: string): Promise<Simulation> {
    const mujoco = await loadMujoco()
    const model = mujoco.MjModel.from_xml_string(mjcf)
    return new Simulation(mujoco, model, new mujoco.MjData(model))
  }

  private constructor(mujoco: MainModule, model: MjModel, data: MjData) {
    this.mujoco = mujoco
    this.model = model
    this.data = data
    this.views = this.freshViews()
  }

  get qpos(): Float64Array {
    return this.current().qpos
  }

  get qvel(): Float64Array {
    return this.current().qvel
  }

  get ctrl(): Float64Array {
    return this.current().ctrl
  }

  /** The views, made anew after the engine's memory has moved: the old ones are then empty. */
  private current(): typeof this.views {
    if (this.views.qpos.length === 0) this.views = this.freshViews()
    return this.views
  }

  private freshViews(): typeof this.views {
    const { qpos, qvel, ctrl } = this.data as Record<'qpos' | 'qvel' | 'ctrl', Float64Array>
    return { qpos, qvel, ctrl }
  }

  /** Back to the model's start pose at rest, with nothing remembered of earlier steps. */
  reset(): void {
    this.mujoco.mj_resetData(this.model, this.data)
  }

  /** Computes everything that follows from a state that was written. */
  forward(): void {
    this.mujoco.mj_forward(this.model, this.data)
  }

  /** Advances by `frames` steps of the model with the control held. */
  step(frames: number): void {
    for (let frame = 0; frame < frames; frame++) this.mujoco.mj_step(this.model, this.data)
  }

  /** Frees the engine's memory of this model; it has no garbage collector. */
  close(): void {
    this.data.delete()
    this.model.delete()
  }
}
