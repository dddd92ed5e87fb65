import type { z } from 'zod'

type Issue = z.core.$ZodIssue

/** The most wrong fields that are named at once. */
const MOST_NAMED = 5

/** What is wrong with an input, one sentence for each wrong field. */
export function inputWords(issues: readonly Issue[]): string {
  const named = issues.slice(0, MOST_NAMED).map(sentence)
  const more = issues.length - named.length
  return [...named, ...(more > 0 ? [`${more} more fields are wrong.`] : [])].join(' ')
}

function sentence(issue: Issue): string {
  const field = issue.path.length > 0 ? issue.path.map(String).join('.') : 'The input'
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? `${field} is missing.`
        : `${field} must be ${nounOf(issue.expected)}.`
    case 'invalid_value':
      return `${field} must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}.`
    case 'too_small':
      return `${field} must ${sizeOf(issue.origin)}${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unitOf(issue.origin)}.`
    case 'too_big':
      return `${field} must ${sizeOf(issue.origin)}${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unitOf(issue.origin)}.`
    case 'unrecognized_keys':
      return `${field} has parts that nobody knows: ${issue.keys.join(', ')}.`
    default:
      // Rules of the contract bring their own words; the library's begin with "Invalid".
      return issue.message.startsWith('Invalid')
        ? `${field} is not in the form that it must have.`
        : `${field}: ${issue.message}`
  }
}

const NOUNS: Record<string, string> = {
  string: 'text',
  number: 'a finite number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object with named parts',
  record: 'an object with named parts',
}

const nounOf = (expected: string): string => NOUNS[expected] ?? expected

/** Texts and lists have a length, numbers are one. */
const isCounted = (origin: string): boolean => origin === 'string' || origin === 'array'
const sizeOf = (origin: string): string => (isCounted(origin) ? 'have ' : 'be ')
const unitOf = (origin: string): string => (origin === 'string' ? ' characters' : origin === 'array' ? ' entries' : '')
