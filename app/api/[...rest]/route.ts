import { Problem } from '@/lib/fleet/problem.ts'
import { anythingAsked } from '@/lib/server/asks.ts'
import { reading } from '@/lib/server/http.ts'

export const dynamic = 'force-dynamic'

/** What the API does not have is refused by the API: the page for strangers would come without its nonce here. */
const nowhere = reading(anythingAsked, () =>
  Promise.reject(new Problem('not_found', 'There is no such address.')),
)

export { nowhere as DELETE, nowhere as GET, nowhere as PATCH, nowhere as POST, nowhere as PUT }
