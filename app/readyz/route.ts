import { nothingAsked } from '@/lib/server/asks.ts'
import { reading } from '@/lib/server/http.ts'
import { readyResponse } from '@/lib/server/probes.ts'

export const dynamic = 'force-dynamic'

/** 200 once everything that answers has been read and the store can be written; else 503 with what is missing. */
export const GET = reading(nothingAsked, ({ service }) => readyResponse(service))
