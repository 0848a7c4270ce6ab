import { type Document, type ErrorCode, isMap, isNode, isScalar, type LineCounter, type Node } from 'yaml'
import type { z } from 'zod'
import { nearest } from '../fleet/nearest.ts'
import { knownFields } from './config-known.ts'

/** The configuration can't be used. Says where and what to do, and never repeats a value: it may be a secret. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ConfigError'
  }
}

type Path = readonly PropertyKey[]
type Issue = z.core.$ZodIssue

/** A configuration as it was written. */
interface Written {
  file: string
  doc: Document
  lines: LineCounter
  value: unknown
  schema: z.ZodType
}

interface Mistake {
  /** Of the part it is in, and of the field itself if the slip is in its name. */
  path: Path
  name: string | null
  says: string
}

/** One line per mistake: file:line:column, field, what is wrong and what to do. */
export const describeIssues = (written: Written, issues: readonly Issue[]): string =>
  issues
    .flatMap((issue) => mistakes(issue, written, []))
    .map(({ path, name, says }) => ({ at: nodeOf(written.doc, path, name), path, says }))
    .sort((a, b) => (a.at?.range?.[0] ?? 0) - (b.at?.range?.[0] ?? 0))
    .map(({ at, path, says }) => `${written.file}:${placeIn(written.lines, at)}: ${field(path)}${says}`)
    .join('\n')

// biome-ignore lint/suspicious/noTemplateCurlyInString: this is what to write
const IN_QUOTES = 'inside { } and [ ] a variable stands in quotes, as "${NAME}"'

const BROKEN: Partial<Record<ErrorCode, string>> = {
  BAD_INDENT: 'its indentation does not fit, or a quote or bracket above is not closed',
  DUPLICATE_KEY: 'this field is here twice; keep one of them',
  MISSING_CHAR: 'a quote or bracket is not closed, or a comma or colon is missing before this',
  MULTIPLE_DOCS: 'a second document begins here; keep one, without lines of ---',
  TAB_AS_INDENT: 'it is indented with tabs; use spaces',
  UNEXPECTED_TOKEN: 'something stands here that does not belong here',
}

/** One line per line that is no YAML. What stands there is not repeated. */
export function describeBroken(
  { file, text, lines }: { file: string; text: string; lines: LineCounter },
  errors: readonly { code: ErrorCode; pos: [number, number] }[],
): string {
  const told = new Map<number, string>()
  for (const { code, pos } of errors) {
    const { line, col } = lines.linePos(pos[0])
    if (told.has(line)) continue
    const hasVariable = text.split('\n')[line - 1]?.includes('${')
    const says = hasVariable ? IN_QUOTES : (BROKEN[code] ?? code.toLowerCase())
    told.set(line, `${file}:${line}:${col}: this is not valid YAML: ${says}`)
  }
  return [...told.values()].join('\n')
}

/** Line and column. */
export function placeIn(lines: LineCounter, node: Node | null): string {
  const { line, col } = lines.linePos(node?.range?.[0] ?? 0)
  return `${Math.max(1, line)}:${Math.max(1, col)}`
}

const field = (path: Path): string =>
  path.length === 0
    ? ''
    : `${path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index ? '.' : ''}${String(part)}`)).join('')}: `

/** Where the value at a path was written, or the name of a field in it; if it was not, the nearest that holds it. */
function nodeOf(doc: Document, path: Path, name: string | null): Node | null {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? doc.contents : doc.getIn(path.slice(0, length), true)
    if (!isNode(node)) continue
    return name !== null && length === path.length ? (nameIn(node, name) ?? node) : node
  }
  return null
}

function nameIn(node: Node, name: string): Node | null {
  if (!isMap(node)) return null
  const pair = node.items.find(({ key }) => isScalar(key) && key.value === name)
  return isNode(pair?.key) ? pair.key : null
}

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (inner, part) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, part) : undefined),
    value,
  )

/** A union complains about each of its forms: only the one that was meant is of interest. */
function mistakes(issue: Issue, written: Written, above: Path): Mistake[] {
  const path = [...above, ...issue.path]
  const given = at(written.value, path)
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const meant = issue.errors.find(
      (branch) =>
        !branch.some(
          (each) => each.code === 'invalid_type' && each.path.length === 0 && typeof given !== each.expected,
        ),
    )
    return (meant ?? issue.errors[0] ?? []).flatMap((each) => mistakes(each, written, path))
  }
  if (issue.code === 'unrecognized_keys') {
    const known = knownFields(written.schema, written.value, path)
    return issue.keys.map((name) => ({ path, name, says: strangeField(name, known, given) }))
  }
  return [{ path, name: null, says: sentence(issue, given) }]
}

function strangeField(name: string, known: readonly string[], part: unknown): string {
  const meant = nearest(name, known)
  if (meant !== null) return `"${name}" is not a field; did you mean "${meant}"?`
  const written = typeof part === 'object' && part !== null ? Object.keys(part) : []
  const others = known.filter((each) => !written.includes(each))
  return `"${name}" is not a field of this part; remove it${others.length > 0 ? `, or use one of ${others.join(', ')}` : ''}`
}

function sentence(issue: Issue, given: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return given === undefined
        ? `is missing; it must be ${articled(issue.expected)}`
        : `must be ${articled(issue.expected)}`
    case 'invalid_value':
      return `must be ${issue.values.map((each) => JSON.stringify(each)).join(' or ')}`
    case 'invalid_union':
      return given === undefined || typeof given !== 'object'
        ? 'must be "redis", "redlock", "etcd" or "memory"'
        : 'must be a group of fields with a "kind"'
    case 'invalid_format':
    case 'custom':
      return `must be ${issue.message}`
    case 'too_small':
      return issue.origin === 'number' || issue.origin === 'int'
        ? `must be at least ${issue.minimum}`
        : issue.message.startsWith('Too small')
          ? 'must not be empty'
          : issue.message
    case 'too_big':
      return `must be at most ${issue.maximum}`
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
