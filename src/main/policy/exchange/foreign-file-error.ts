export type ForeignFileFault = 'unreadable' | 'damaged' | 'unsupported' | 'unfit'

/** Why a file of another tool is not taken. The importer turns it into a refusal that names the file. */
export class ForeignFileError extends Error {
  readonly fault: ForeignFileFault

  /**
   * `unreadable`: cannot be opened. `damaged`: not a whole file of its format. `unsupported`: whole, but not run here.
   * `unfit`: of the wrong sizes.
   */
  constructor(fault: ForeignFileFault, message: string) {
    super(message)
    this.fault = fault
  }
}
