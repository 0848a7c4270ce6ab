import { planRequestSchema } from '@/lib/fleet/plan.ts'
import { ACTOR, writing } from '@/lib/server/http.ts'

export const dynamic = 'force-dynamic'

export const POST = writing(planRequestSchema, ({ service, body }) => service.makePlan(body, ACTOR))
