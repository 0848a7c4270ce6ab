import { z } from 'zod'
import { MOST_VIEW_ROWS, viewSchema } from '../fleet/frame.ts'
import { Problem } from '../fleet/problem.ts'

/** What may stand in the query of each route. A field that is not known is refused rather than ignored. */

const flag = z
  .enum(['0', '1'])
  .default('0')
  .transform((text) => text === '1')
const cursor = z.string().min(1).nullable().default(null)
const upTo = (most: number, usual: number) => z.coerce.number().int().min(1).max(most).default(usual)
const text = z.string().max(1_000)

export const nothingAsked = z.strictObject({})

export const anythingAsked = z.object({})

export const locksAsk = z.strictObject({
  q: text.default(''),
  sort: z.string().default('trouble'),
  limit: upTo(500, 100),
  cursor,
  line: flag,
})

export const timelineAsk = z.strictObject({
  from: z.iso.datetime().nullable().default(null),
  to: z.iso.datetime().nullable().default(null),
})

export const auditAsk = z.strictObject({
  lock: z.string().nullable().default(null),
  limit: upTo(500, 100),
  cursor,
})

export const eventsAsk = viewSchema.extend({
  q: text.optional(),
  rows: z.coerce.number().int().min(1).max(MOST_VIEW_ROWS).optional(),
  since: z.string().max(100).optional(),
  overview: flag,
  nodes: flag,
  demo: flag,
  line: flag,
})

const keySchema = z.string().regex(/^[\x21-\x7e]{8,200}$/)

/** Without it a request that is sent again after no answer would be carried out twice. */
export function idempotencyKey(request: Request): string {
  const key = keySchema.safeParse(request.headers.get('idempotency-key'))
  if (key.success) return key.data
  throw new Problem('invalid', 'An Idempotency-Key of 8 to 200 characters is needed.', {
    hint: 'Send a new random one with each act, and the same one when you send that act again.',
  })
}
