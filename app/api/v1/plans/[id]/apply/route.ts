import { applyRequestSchema } from '@/lib/fleet/plan.ts'
import { idempotencyKey } from '@/lib/server/asks.ts'
import { ACTOR, writing } from '@/lib/server/http.ts'

export const dynamic = 'force-dynamic'

export const POST = writing(applyRequestSchema, ({ service, param, body, request }) =>
  service.applyPlan(param('id'), body, ACTOR, idempotencyKey(request)),
)
