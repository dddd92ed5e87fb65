/** Everything else may mean something to a shell. */
const PLAIN = /^[\w@%+=:,./-]+$/

/** What a person types into a terminal, in the folder of Forager, to have these words done; quoted where a shell needs it. */
export function terminalCommand(...words: string[]): string {
  return ['npm run -s forager --', ...words.map(quoted)].join(' ')
}

function quoted(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
