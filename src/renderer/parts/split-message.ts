/** The first sentence of a message, and what follows it: a title and its text. */
export function splitMessage(message: string): { title: string; rest: string } {
  const [title = '', ...others] = message.split(/(?<=[.!?])\s+(?=\S)/)
  return { title, rest: others.join(' ') }
}
