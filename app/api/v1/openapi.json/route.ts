import { nothingAsked } from '@/lib/server/asks.ts'
import { reading } from '@/lib/server/http.ts'
import { openApi } from '@/lib/server/openapi.ts'

export const dynamic = 'force-dynamic'

export const GET = reading(nothingAsked, async () => openApi())
