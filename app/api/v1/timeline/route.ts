import { reading } from '@/lib/server/http.ts'
import { timelinesAsk } from '@/lib/server/read-asks.ts'

export const dynamic = 'force-dynamic'

export const GET = reading(timelinesAsk, ({ service, query }) => service.timelines(query))
