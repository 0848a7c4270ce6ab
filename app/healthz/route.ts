import { nothingAsked } from '@/lib/server/asks.ts'
import { reading } from '@/lib/server/http.ts'

export const dynamic = 'force-dynamic'

/** Answers once the service does. */
export const GET = reading(nothingAsked, async ({ runtime }) => runtime.about)
