/** Why a file of another tool is not taken. The importer turns it into a refusal that names the file. */
export class ForeignFileError extends Error {
  readonly kind: 'damaged' | 'unsupported' | 'unfit'

  /** `damaged`: not a whole file of its format. `unsupported`: whole, but not run here. `unfit`: of the wrong sizes. */
  constructor(kind: 'damaged' | 'unsupported' | 'unfit', message: string) {
    super(message)
    this.kind = kind
  }
}
