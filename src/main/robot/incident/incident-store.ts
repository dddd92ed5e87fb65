import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pack } from '../../../contract/packed.ts'
import { problemOf, refusal } from '../../../contract/problem.ts'
import type { Incident, IncidentHead, IncidentSummary } from '../../../contract/incident.ts'
import { Watched } from '../../platform/watched.ts'
import { INCIDENT_EXTENSION, readIncident, readIncidentHead, writeIncident } from './incident-file.ts'
import { incidentReport } from './incident-report.ts'

const ID = /^[\w-]+$/

/** The folder `incidents` beside the station's data: one file each, kept until a person removes it. */
export class IncidentStore {
  /** Newest first. */
  readonly list = new Watched<IncidentSummary[]>([])
  readonly folder: string
  #writing: Promise<unknown> = Promise.resolve()

  constructor(home: string) {
    this.folder = join(home, 'incidents')
  }

  /** Reads the folder. A file that cannot be read stays in the list and says why. */
  async scan(): Promise<void> {
    await mkdir(this.folder, { recursive: true })
    const names = await readdir(this.folder)
    // What a crash left half written was never an incident record.
    for (const name of names.filter((each) => each.endsWith('.partial')))
      await rm(join(this.folder, name), { force: true })
    const ids = names
      .filter((name) => name.endsWith(INCIDENT_EXTENSION))
      .map((name) => name.slice(0, -INCIDENT_EXTENSION.length))
    const read = await Promise.all(ids.map((id) => this.#summary(id)))
    const known = new Map(read.map((each) => [each.id, each]))
    // What was written meanwhile is newer than what was read.
    for (const each of this.list.current()) known.set(each.id, each)
    this.list.set(newestFirst([...known.values()]))
  }

  /** Writes a record, or replaces it by its complete form. Writes follow each other in order. */
  write(id: string, head: IncidentHead, signals: Float32Array): Promise<void> {
    const written = this.#writing.then(async () => {
      await mkdir(this.folder, { recursive: true })
      await writeIncident(this.#path(id), head, signals)
      const summary = await this.#summary(id)
      this.list.set(newestFirst([summary, ...this.list.current().filter((each) => each.id !== id)]))
    })
    this.#writing = written.catch(() => undefined)
    return written
  }

  async read(id: string): Promise<Incident> {
    if (!ID.test(id) || !this.list.current().some((each) => each.id === id))
      throw refusal('no-incident', 'There is no such incident record.', 'Choose one from the list.', id)
    const { head, signals } = await readIncident(this.#path(id))
    return { id, head, signals: pack(signals), report: incidentReport(head) }
  }

  /** Resolves when everything written so far is on disk. */
  async settled(): Promise<void> {
    await this.#writing
  }

  #path(id: string): string {
    return join(this.folder, `${id}${INCIDENT_EXTENSION}`)
  }

  async #summary(id: string): Promise<IncidentSummary> {
    try {
      const { head, bytes } = await readIncidentHead(this.#path(id))
      const { code, title, message, at } = head.cause
      return { id, at, code, title, message, simulated: head.robot.simulated, bytes, problem: null }
    } catch (error) {
      const { message } = problemOf(error)
      return { id, at: 0, code: 'damaged', title: id, message, simulated: false, bytes: 0, problem: message }
    }
  }
}

function newestFirst(list: IncidentSummary[]): IncidentSummary[] {
  return list.toSorted((a, b) => b.at - a.at)
}
