import { timelineAsk } from '@/lib/server/asks.ts'
import { reading } from '@/lib/server/http.ts'

export const dynamic = 'force-dynamic'

export const GET = reading(timelineAsk, ({ service, param, query }) =>
  service.timeline(param('id'), query.from, query.to),
)
