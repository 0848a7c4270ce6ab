import 'server-only'
import type { z } from 'zod'
import { Problem, type ProblemFacts } from '../fleet/problem.ts'
import { errorFacts, openLog } from '../service/log.ts'
import type { Service } from '../service/service.ts'
import { DATA_HEADERS } from './data-headers.ts'
import { isOurHost, isOurOrigin } from './host.ts'
import { problemFacts } from './problem-facts.ts'
import { PROBLEM_STATUS } from './problem-status.ts'
import { type Runtime, runtime } from './runtime.ts'

const MOST_BODY_BYTES = 64 * 1024
/** Nobody signs in yet: whoever reaches the console works on this machine. */
export const ACTOR = 'local operator'

/** Until who was refused for want of room may ask again. */
const BUSY_S = 5

/** They could not read an answer, but keep us busy. Other ports of this machine are `same-site`. */
const FOREIGN_SITES: ReadonlySet<string> = new Set(['cross-site', 'same-site'])

const INTERNAL: ProblemFacts = {
  code: 'internal',
  message: 'The console made a mistake of its own.',
  hint: 'What went wrong is in its log.',
}

/** Several where a folder stands for the rest of a path. */
interface Context {
  params: Promise<Record<string, string | string[]>>
}
type Route = (request: Request, context: Context) => Promise<Response>

interface Asked {
  runtime: Runtime
  service: Service
  request: Request
  /** A part of the path that the route's folder names. */
  param(name: string): string
}

/** A route that only reads. */
export const reading =
  <Q extends z.ZodType>(schema: Q, work: (asked: Asked & { query: z.infer<Q> }) => Promise<unknown>): Route =>
  (request, context) =>
    answering(async () => {
      const asked = await admit(request, context)
      return work({ ...asked, query: queryOf(request, schema) })
    })

/** A route that changes something: only for pages of this console, only JSON. */
export const writing =
  <B extends z.ZodType>(schema: B, work: (asked: Asked & { body: z.infer<B> }) => Promise<unknown>): Route =>
  (request, context) =>
    answering(async () => {
      const asked = await admit(request, context)
      refuseForeignWrite(request, asked.runtime.publicOrigin)
      return work({ ...asked, body: await bodyOf(request, schema) })
    })

async function answering(work: () => Promise<unknown>): Promise<Response> {
  try {
    const answer = await work()
    return answer instanceof Response ? answer : Response.json(answer, { headers: DATA_HEADERS })
  } catch (error) {
    return refusal(error)
  }
}

function refusal(error: unknown): Response {
  const problem = problemFacts(error)
  if (!problem) log('error', 'a request failed', errorFacts(error))
  const { code, ...says } = problem ?? INTERNAL
  const headers = code === 'busy' ? { ...DATA_HEADERS, 'retry-after': String(BUSY_S) } : DATA_HEADERS
  return Response.json({ error: { code, ...says } }, { status: PROBLEM_STATUS[code], headers })
}

const log = openLog((line) => process.stderr.write(line))

/** Refuses whoever asks under a name that is not ours, before anything else is looked at. */
async function admit(request: Request, context: Context): Promise<Asked> {
  const held = runtime()
  if (!held) throw new Problem('busy', 'The console is not ready yet.', { hint: 'Try again in a moment.' })
  if (!isOurHost(request.headers.get('host'), held.publicOrigin)) {
    throw new Problem('forbidden', 'The console does not answer to this host name.', {
      hint: 'Open it as 127.0.0.1 or localhost, or set "listen.publicOrigin" in the configuration.',
    })
  }
  if (FOREIGN_SITES.has(request.headers.get('sec-fetch-site') ?? '')) {
    throw new Problem('forbidden', 'Pages elsewhere may not ask this console for anything.')
  }
  const params = await context.params
  const param = (name: string): string => {
    const value = params[name]
    if (typeof value !== 'string') throw new Error(`the route has no part "${name}"`)
    return value
  }
  return { runtime: held, service: held.service, request, param }
}

function refuseForeignWrite(request: Request, publicOrigin: string | null): void {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') {
    throw new Problem('invalid', 'The body must be JSON.', {
      hint: 'Send it with Content-Type: application/json.',
    })
  }
  const host = request.headers.get('host') ?? ''
  const site = request.headers.get('sec-fetch-site')
  const isOurs = isOurOrigin(request.headers.get('origin'), host, publicOrigin)
  if (!isOurs || (site !== null && site !== 'same-origin')) {
    throw new Problem('forbidden', 'Only a page of this console may change something.', {
      hint: 'Send an Origin header that is the address of the console.',
    })
  }
}

async function bodyOf<B extends z.ZodType>(request: Request, schema: B): Promise<z.infer<B>> {
  const text = await textOf(request)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Problem('invalid', 'The body is not valid JSON.')
  }
  return parsed(schema, value)
}

async function textOf(request: Request): Promise<string> {
  const reader = request.body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    size += part.value.byteLength
    if (size > MOST_BODY_BYTES) throw new Problem('invalid', 'The body is longer than 64 KB.')
    text += decoder.decode(part.value, { stream: true })
  }
  return text + decoder.decode()
}

const queryOf = <Q extends z.ZodType>(request: Request, schema: Q): z.infer<Q> =>
  parsed(schema, Object.fromEntries(new URL(request.url).searchParams))

function parsed<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issues = result.error.issues.map(({ path, message }) => ({ field: path.join('.'), says: message }))
  const [first] = issues
  throw new Problem(
    'invalid',
    `The request is not valid: ${first?.field ? `${first.field}: ` : ''}${first?.says}.`,
    {
      details: { issues },
    },
  )
}
