import { terminalCommand } from '../../contract/terminal-command.ts'

/** What to do about a dataset that is damaged. */
export function damagedTip(path: string): string {
  return `Restore the file from a backup. This lists what is intact: ${terminalCommand('check', path)}`
}
