import { z } from 'zod'
import { lockRowSchema, lockSchema } from '../fleet/lock.ts'
import { backendSchema } from '../fleet/node.ts'
import { errorBodySchema } from '../fleet/problem.ts'
import { API_ROUTES, type ApiRoute } from './openapi-routes.ts'
import { PROBLEM_STATUS } from './problem-status.ts'

type Json = Record<string, unknown>

let kept: Json | null = null

/** The API as OpenAPI 3.1, made of the very schemas that requests and answers follow. */
export function openApi(): Json {
  kept ??= makeOpenApi()
  return kept
}

function makeOpenApi(): Json {
  const paths: Record<string, Json> = {}
  for (const route of API_ROUTES) {
    const path = `/api/v1${route.path}`
    paths[path] = { ...paths[path], [route.method]: operationOf(route) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Lockkeeper',
      version: '1',
      description:
        'Distributed locks of a fleet: who holds them, who waits, what each node says. Times are ISO 8601 in UTC, ' +
        'durations milliseconds, numbers that may outgrow a double are strings.',
    },
    paths,
    components: {
      responses: {
        Refused: {
          description: `Why not. The codes and their statuses: ${REFUSALS}. Who is refused as \`busy\` is told in Retry-After when to come again.`,
          headers: { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer' } } },
          content: { 'application/json': { schema: refTo({ name: 'Problem' }) } },
        },
      },
      schemas: {
        ...schemasOf(
          named(({ body }) => body),
          'input',
        ),
        ...schemasOf([...SHARED, ...named(({ answer }) => answer)], 'output'),
      },
    },
  }
}

const REFUSALS = Object.entries(PROBLEM_STATUS)
  .map(([code, status]) => `\`${code}\` ${status}`)
  .join(', ')

type Named = NonNullable<ApiRoute['answer']>

/** Parts that many answers have in common. */
const SHARED: readonly Named[] = [
  { name: 'Lock', schema: lockSchema },
  { name: 'LockRow', schema: lockRowSchema },
  { name: 'Backend', schema: backendSchema },
  { name: 'Problem', schema: errorBodySchema },
]

const named = (of: (route: ApiRoute) => Named | null | undefined): Named[] =>
  API_ROUTES.flatMap((route) => of(route) ?? [])

const uriOf = (name: string): string => `#/components/schemas/${name}`
const refTo = ({ name }: Pick<Named, 'name'>): Json => ({ $ref: uriOf(name) })

function schemasOf(all: readonly Named[], io: 'input' | 'output'): Json {
  const registry = z.registry<{ id: string }>()
  for (const { name, schema } of all) if (!registry.has(schema)) registry.add(schema, { id: name })
  const { schemas } = z.toJSONSchema(registry, { uri: uriOf, io })
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, plain(schema)]))
}

/** Without what only a document of its own needs, and without the pattern that a time's format says already. */
function plain(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(plain)
  if (typeof schema !== 'object' || schema === null) return schema
  const isTime = 'format' in schema && schema.format === 'date-time'
  const kept = Object.entries(schema).filter(
    ([key, value]) =>
      key !== '$schema' && key !== '$id' && !(isTime && key === 'pattern' && typeof value === 'string'),
  )
  return Object.fromEntries(kept.map(([key, value]) => [key, plain(value)]))
}

function operationOf(route: ApiRoute): Json {
  const { says, body, answer, media = ['application/json'] } = route
  const told = Object.fromEntries(
    media.map((type) => [
      type,
      { schema: type === 'application/json' && answer ? refTo(answer) : textOf(answer) },
    ]),
  )
  return {
    summary: says,
    parameters: parametersOf(route),
    ...(body
      ? { requestBody: { required: true, content: { 'application/json': { schema: refTo(body) } } } }
      : {}),
    responses: {
      200: { description: says, content: told },
      default: { $ref: '#/components/responses/Refused' },
    },
  }
}

/** What is not JSON as a whole may have JSON in it. */
const textOf = (answer: Named | null): Json =>
  answer ? { type: 'string', contentMediaType: 'application/json', contentSchema: refTo(answer) } : {}

function parametersOf({ path, query, idempotent }: ApiRoute): Json[] {
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input' })
  return [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      ...{ name, in: 'path', required: true, schema: { type: 'string' } },
    })),
    ...Object.entries(properties).map(([name, schema]) => ({
      ...{ name, in: 'query', required: required.includes(name), schema: plain(schema) },
    })),
    ...(idempotent
      ? [
          {
            name: 'Idempotency-Key',
            in: 'header',
            required: true,
            schema: { type: 'string', pattern: '^[!-~]{8,200}$' },
          },
        ]
      : []),
  ]
}
