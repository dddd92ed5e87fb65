import Database from 'better-sqlite3'

/** A small database of the station that can be made anew. */
export interface DatabaseForm {
  /** SQLite's application id, by which the station knows its own. */
  id: number
  /** Makes its tables. */
  schema: string
  /** Queries that an intact one answers. */
  probes: readonly string[]
  pragmas?: readonly string[]
}

const DAMAGED = /^SQLITE_(CORRUPT|NOTADB|ERROR|CONSTRAINT)/

/** Opens it, or makes it. One that is damaged or another program's is first given to `putAway`, and made anew. */
export function openOwnDatabase(path: string, form: DatabaseForm, putAway: (path: string) => void): Database.Database {
  try {
    return prepare(path, form)
  } catch (error) {
    if (!DAMAGED.test((error as { code?: string }).code ?? '')) throw error
    putAway(path)
    return prepare(path, form)
  }
}

function prepare(path: string, { id, schema, probes, pragmas = [] }: DatabaseForm): Database.Database {
  const db = new Database(path)
  try {
    for (const pragma of pragmas) db.pragma(pragma)
    if (db.pragma('application_id', { simple: true }) !== id) {
      db.transaction(() => {
        db.exec(schema)
        db.pragma(`application_id = ${id}`)
      })()
    }
    for (const probe of probes) db.prepare(probe).get()
    return db
  } catch (error) {
    db.close()
    throw error
  }
}
