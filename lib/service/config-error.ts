import type { Document, LineCounter } from 'yaml'
import { isNode } from 'yaml'
import type { z } from 'zod'

/** The configuration can't be used. Says where and what to do, and never repeats a value: it may be a secret. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ConfigError'
  }
}

type Path = readonly PropertyKey[]
type Issue = z.core.$ZodIssue

/** One line per mistake: file:line, field, what is wrong. */
export function describeIssues(
  file: string,
  doc: Document,
  lines: LineCounter,
  value: unknown,
  issues: readonly Issue[],
): string {
  return issues
    .flatMap((issue) => leaves(issue, value, []))
    .map(({ path, says }) => `${file}:${lineOf(doc, lines, path)}: ${field(path)}${says}`)
    .join('\n')
}

const field = (path: Path): string =>
  path.length === 0
    ? ''
    : `${path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index ? '.' : ''}${String(part)}`)).join('')}: `

/** The line of the node at a path; if there is none, of the nearest that holds it. */
function lineOf(doc: Document, lines: LineCounter, path: Path): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = doc.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
  }
  return 1
}

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (inner, part) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, part) : undefined),
    value,
  )

/** A union complains about each of its forms: only the one that was meant is of interest. */
function leaves(issue: Issue, value: unknown, above: Path): { path: Path; says: string }[] {
  const path = [...above, ...issue.path]
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const given = typeof at(value, path)
    const meant = issue.errors.find(
      (branch) =>
        !branch.some(
          (each) => each.code === 'invalid_type' && each.path.length === 0 && given !== each.expected,
        ),
    )
    return (meant ?? issue.errors[0] ?? []).flatMap((each) => leaves(each, value, path))
  }
  return [{ path, says: sentence(issue, at(value, path)) }]
}

function sentence(issue: Issue, given: unknown): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return `${issue.keys.map((key) => `"${key}"`).join(', ')} is not a field of this part; remove it or correct its spelling`
    case 'invalid_type':
      return given === undefined
        ? `is missing; it must be ${articled(issue.expected)}`
        : `must be ${articled(issue.expected)}`
    case 'invalid_value':
      return `must be ${issue.values.map((each) => JSON.stringify(each)).join(' or ')}`
    case 'invalid_union':
      return 'must be "redis", "redlock", "etcd" or "memory"'
    case 'invalid_format':
    case 'custom':
      return `must be ${issue.message}`
    default:
      return issue.message
  }
}

const NAMES: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of fields',
}
const articled = (expected: string): string => NAMES[expected] ?? expected
