import { nothingAsked } from '@/lib/server/asks.ts'
import { reading } from '@/lib/server/http.ts'

export const dynamic = 'force-dynamic'

export const GET = reading(nothingAsked, ({ service }) => service.findings())
