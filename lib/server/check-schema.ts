/** Checks a value against a JSON schema of the kind that the description has. Strict: an unknown word in it is an error. For tests. */

type Schema = Record<string, unknown>

const SILENT = new Set(['readOnly', 'description', 'default', 'contentMediaType', 'contentSchema'])

/** What is wrong, each with its place; none when all is well. What no schema speaks of is wrong, too. */
export function schemaErrors(schema: unknown, value: unknown, root: unknown, at = '$'): string[] {
  const rules = asSchema(schema)
  if (typeof rules.$ref === 'string') return schemaErrors(resolve(root, rules.$ref), value, root, at)
  const errors: string[] = []
  for (const [word, rule] of Object.entries(rules)) {
    if (SILENT.has(word)) continue
    const check = Object.hasOwn(CHECKS, word) ? CHECKS[word] : undefined
    if (!check) throw new Error(`the schema at ${at} has the word ${word}`)
    errors.push(...check(rule, value, { at, root, schema: rules }))
  }
  return errors
}

const asSchema = (schema: unknown): Schema => {
  if (typeof schema !== 'object' || schema === null) throw new Error(`no schema: ${String(schema)}`)
  return schema as Schema
}

function resolve(root: unknown, ref: string): unknown {
  const found = ref
    .slice(2)
    .split('/')
    .reduce<unknown>((part, name) => asSchema(part)[name], root)
  if (found === undefined) throw new Error(`nothing at ${ref}`)
  return found
}

interface Where {
  at: string
  root: unknown
  schema: Schema
}
type Check = (rule: unknown, value: unknown, where: Where) => string[]

const fails = (isWrong: boolean, at: string, says: string): string[] => (isWrong ? [`${at}: ${says}`] : [])
const isNumber = (value: unknown): value is number => typeof value === 'number'
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
const isOfType = (type: unknown, value: unknown): boolean =>
  type === 'integer' ? Number.isInteger(value) : type === typeOf(value)

const bound =
  (holds: (value: number, rule: number) => boolean, says: string): Check =>
  (rule, value, { at }) =>
    fails(isNumber(value) && !holds(value, Number(rule)), at, `is not ${says} ${rule}`)

const fits = (schema: unknown, value: unknown, { at, root }: Where) =>
  schemaErrors(schema, value, root, at).length === 0

const CHECKS: Record<string, Check> = {
  type: (rule, value, { at }) =>
    fails(![rule].flat().some((type) => isOfType(type, value)), at, `is ${typeOf(value)}, not ${rule}`),
  enum: (rule, value, { at }) =>
    fails(!(rule as unknown[]).includes(value), at, `is ${value}, none of ${rule}`),
  const: (rule, value, { at }) => fails(rule !== value, at, `is not ${rule}`),
  minimum: bound((value, rule) => value >= rule, 'at least'),
  maximum: bound((value, rule) => value <= rule, 'at most'),
  exclusiveMinimum: bound((value, rule) => value > rule, 'more than'),
  minLength: (rule, value, { at }) =>
    fails(typeof value === 'string' && value.length < Number(rule), at, 'is too short'),
  maxLength: (rule, value, { at }) =>
    fails(typeof value === 'string' && value.length > Number(rule), at, 'is too long'),
  minItems: (rule, value, { at }) =>
    fails(Array.isArray(value) && value.length < Number(rule), at, 'has too few'),
  maxItems: (rule, value, { at }) =>
    fails(Array.isArray(value) && value.length > Number(rule), at, 'has too many'),
  pattern: (rule, value, { at }) =>
    fails(
      typeof value === 'string' && !new RegExp(String(rule), 'u').test(value),
      at,
      `does not match ${rule}`,
    ),
  format: (rule, value, { at }) => {
    if (rule !== 'date-time') throw new Error(`the format ${rule} at ${at}`)
    return fails(!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(String(value)), at, `${value} is no time`)
  },
  anyOf: (rule, value, where) =>
    fails(
      !(rule as unknown[]).some((schema) => fits(schema, value, where)),
      where.at,
      `${JSON.stringify(value)} fits none`,
    ),
  oneOf: (rule, value, where) =>
    fails(
      (rule as unknown[]).filter((schema) => fits(schema, value, where)).length !== 1,
      where.at,
      'fits not exactly one',
    ),
  allOf: (rule, value, { at, root }) =>
    (rule as unknown[]).flatMap((schema) => schemaErrors(schema, value, root, at)),
  items: (rule, value, { at, root }) =>
    Array.isArray(value)
      ? value.flatMap((each, index) => schemaErrors(rule, each, root, `${at}[${index}]`))
      : [],
  required: (rule, value, { at }) =>
    isRecord(value)
      ? (rule as string[]).flatMap((name) => fails(!(name in value), at, `has no ${name}`))
      : [],
  propertyNames: (rule, value, { at, root }) =>
    isRecord(value)
      ? Object.keys(value).flatMap((name) => schemaErrors(rule, name, root, `${at}.${name}`))
      : [],
  properties(rule, value, { at, root, schema }) {
    if (!isRecord(value)) return []
    const known = asSchema(rule)
    return Object.entries(value).flatMap(([name, each]) => {
      if (each === undefined) return []
      if (Object.hasOwn(known, name)) return schemaErrors(known[name], each, root, `${at}.${name}`)
      return fails(!isRecord(schema.additionalProperties), `${at}.${name}`, 'is not spoken of')
    })
  },
  additionalProperties(rule, value, { at, root, schema }) {
    if (!isRecord(value) || !isRecord(rule)) return []
    const known = isRecord(schema.properties) ? schema.properties : {}
    return Object.entries(value).flatMap(([name, each]) =>
      Object.hasOwn(known, name) ? [] : schemaErrors(rule, each, root, `${at}.${name}`),
    )
  },
}
