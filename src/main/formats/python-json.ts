/**
 * JSON as Python writes it: numbers may also be Infinity, -Infinity and NaN; the last one becomes null. Throws a
 * SyntaxError for anything else that is not JSON.
 */
export function parsePythonJson(text: string): unknown {
  return JSON.parse(text.replace(/\bInfinity\b/g, '1e999').replace(/\bNaN\b/g, 'null'))
}
