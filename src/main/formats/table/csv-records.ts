import { StringDecoder } from 'node:string_decoder'
import { ForeignFileError } from '../../policy/exchange/foreign-file-error.ts'

/** No table has rows this long; a file that has is none, characters. */
const LONGEST_RECORD = 4 << 20

/**
 * Records of a CSV file (RFC 4180) in UTF-8, one at a time: fields in quotes may hold separators and line ends. The
 * separator is that of the first line: a comma, a semicolon or a tab. Empty lines are passed over. Throws ForeignFileError
 * where a quote is not closed.
 */
export async function* csvRecords(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let separator = ''
  for await (const chunk of chunks) {
    rest += decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))
    if (separator === '' && !rest.includes('\n') && rest.length < LONGEST_RECORD) continue
    separator ||= separatorOf(rest)
    const { records, used } = split(rest, separator)
    rest = rest.slice(used)
    yield* records
    if (rest.length > LONGEST_RECORD) throw new ForeignFileError('damaged', 'a row of it does not end')
  }
  rest += decoder.end()
  if (rest === '') return
  separator ||= separatorOf(rest)
  const { records, used } = split(`${rest}\n`, separator)
  if (used <= rest.length) throw new ForeignFileError('damaged', 'a quote in it is not closed')
  yield* records
}

function separatorOf(text: string): string {
  const end = text.indexOf('\n')
  const line = end < 0 ? text : text.slice(0, end)
  return line.includes(',') ? ',' : line.includes(';') ? ';' : line.includes('\t') ? '\t' : ','
}

/** The whole records at the beginning of a text, and how many characters they take. */
function split(text: string, separator: string): { records: string[][]; used: number } {
  const start = text.charCodeAt(0) === 0xfeff ? 1 : 0
  const records: string[][] = []
  let used = start
  for (let end = text.indexOf('\n', used); end >= 0; end = text.indexOf('\n', used)) {
    const line = text.slice(used, text[end - 1] === '\r' ? end - 1 : end)
    if (!line.includes('"')) {
      if (line !== '') records.push(line.split(separator))
      used = end + 1
      continue
    }
    const quoted = quotedRecord(text, used, separator)
    if (quoted === null) break
    records.push(quoted.record)
    used = quoted.end
  }
  return { records, used }
}

/** A record with quotes that begins at `from`; null when the text ends before it does. */
function quotedRecord(text: string, from: number, separator: string): { record: string[]; end: number } | null {
  const record: string[] = []
  let field = ''
  let inside = false
  for (let at = from; at < text.length; at++) {
    const character = text[at]!
    if (inside) {
      if (character !== '"') field += character
      else if (text[at + 1] === '"') field += text[++at]!
      else inside = false
    } else if (character === '"') inside = true
    else if (character === separator) {
      record.push(field)
      field = ''
    } else if (character === '\n') {
      record.push(field)
      return { record, end: at + 1 }
    } else if (character !== '\r') field += character
  }
  return null
}
