import './jitless.ts'
import type { z } from 'zod'
import { auditPageSchema } from '../fleet/audit.ts'
import { type DemoAct, demoStateSchema } from '../fleet/demo.ts'
import { findingsPageSchema } from '../fleet/finding.ts'
import { locksPageSchema } from '../fleet/lock.ts'
import { type LockDetail, lockDetailSchema } from '../fleet/lock-detail.ts'
import { nodesPageSchema } from '../fleet/node.ts'
import { overviewSchema } from '../fleet/overview.ts'
import { type ApplyRequest, appliedSchema, type PlanRequest, planSchema } from '../fleet/plan.ts'
import { errorBodySchema, Problem } from '../fleet/problem.ts'
import { timelineSchema } from '../fleet/timeline.ts'
import { waitsForPageSchema } from '../fleet/waiting.ts'
import { serverClock } from './server-clock.ts'

/** The service was asked and nothing came back: of a write this says nothing about whether it happened. */
export class NoAnswer extends Error {
  constructor() {
    super('The console did not answer')
    this.name = 'NoAnswer'
  }
}

interface Request {
  method?: 'GET' | 'POST'
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal
}

async function send(path: string, request: Request): Promise<Response> {
  const { method = 'GET', body, headers = {}, signal } = request
  try {
    return await fetch(`/api/v1${path}`, {
      method,
      cache: 'no-store',
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new NoAnswer()
  }
}

async function json(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    return undefined
  }
}

async function ask<T extends z.ZodType>(path: string, schema: T, request: Request = {}): Promise<z.infer<T>> {
  const response = await send(path, request)
  const body = await json(response)
  if (!response.ok) {
    const problem = errorBodySchema.safeParse(body)
    if (!problem.success) throw new NoAnswer()
    const { code, message, hint, details } = problem.data.error
    throw new Problem(code, message, { ...(hint === null ? {} : { hint }), details })
  }
  const answer = schema.safeParse(body)
  if (!answer.success) {
    throw new Problem('internal', 'The console answered in a way this page does not understand', {
      hint: 'The page may be older than the console. Reload it.',
    })
  }
  return answer.data
}

const query = (params: Record<string, string | null | undefined>): string => {
  const given = Object.entries(params).filter((entry): entry is [string, string] => Boolean(entry[1]))
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}

const noted = <T extends { now: string }>(answer: T): T => {
  serverClock.note(answer.now)
  return answer
}

export type LockAnswer = LockDetail

export interface LocksAsk {
  q: string
  sort: string
  cursor: string | null
  limit: number
}

export const api = {
  overview: async (signal?: AbortSignal) =>
    noted(await ask('/overview', overviewSchema, signal ? { signal } : {})),

  locks: async ({ q, sort, cursor, limit }: LocksAsk, signal?: AbortSignal) =>
    noted(
      await ask(
        `/locks${query({ q, sort, cursor, limit: String(limit), line: '1' })}`,
        locksPageSchema,
        signal ? { signal } : {},
      ),
    ),

  lock: async (id: string, signal?: AbortSignal) =>
    noted(await ask(`/locks/${encodeURIComponent(id)}`, lockDetailSchema, signal ? { signal } : {})),

  timeline: async (id: string, range: { from: string; to: string }, signal?: AbortSignal) =>
    noted(
      await ask(
        `/locks/${encodeURIComponent(id)}/timeline${query(range)}`,
        timelineSchema,
        signal ? { signal } : {},
      ),
    ),

  nodes: async (signal?: AbortSignal) =>
    noted(await ask('/nodes', nodesPageSchema, signal ? { signal } : {})),

  findings: async (signal?: AbortSignal) =>
    noted(await ask('/findings', findingsPageSchema, signal ? { signal } : {})),

  waitsFor: async (signal?: AbortSignal) =>
    noted(await ask('/waits-for', waitsForPageSchema, signal ? { signal } : {})),

  audit: async (
    { lock, cursor, limit }: { lock: string | null; cursor: string | null; limit: number },
    signal?: AbortSignal,
  ) =>
    noted(
      await ask(
        `/audit${query({ lock, cursor, limit: String(limit) })}`,
        auditPageSchema,
        signal ? { signal } : {},
      ),
    ),

  makePlan: async (request: PlanRequest) =>
    noted(await ask('/plans', planSchema, { method: 'POST', body: request })),

  /** The same key may be sent again after no answer: the service does it once. */
  applyPlan: (id: string, request: ApplyRequest, idempotencyKey: string) =>
    ask(`/plans/${encodeURIComponent(id)}/apply`, appliedSchema, {
      method: 'POST',
      body: request,
      headers: { 'idempotency-key': idempotencyKey },
    }),

  demo: async (signal?: AbortSignal) => noted(await ask('/demo', demoStateSchema, signal ? { signal } : {})),

  demoAct: async (act: DemoAct) =>
    noted(await ask('/demo/acts', demoStateSchema, { method: 'POST', body: act })),
}
