import { eventsAsk } from '@/lib/server/asks.ts'
import { reading } from '@/lib/server/http.ts'
import { eventStream } from '@/lib/server/stream.ts'

export const dynamic = 'force-dynamic'

export const GET = reading(eventsAsk, ({ request, query, runtime }) => eventStream(request, query, runtime))
