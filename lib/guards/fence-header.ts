import { InvalidFence, parseFence } from './fence.ts'

/** How a fence travels with an HTTP request. */
export const FENCE_HEADER = 'Lock-Fence'

type IncomingHeaders = { readonly [name: string]: string | readonly string[] | undefined }

/** For the one who asks: the header that proves which hold the request is part of. */
export const fenceHeader = (fence: string | null): Record<string, string> => ({
  [FENCE_HEADER]: String(parseFence(fence)),
})

/** For the handler: the fence of a request. Throws InvalidFence when there is none, more than one, or no number. */
export function readFenceHeader(headers: Headers | IncomingHeaders): string {
  const value = headers instanceof Headers ? headers.get(FENCE_HEADER) : headers[FENCE_HEADER.toLowerCase()]
  if (value === null || value === undefined) throw new InvalidFence(`the request has no ${FENCE_HEADER}`)
  if (typeof value !== 'string') throw new InvalidFence(`the request has more than one ${FENCE_HEADER}`)
  return String(parseFence(value))
}
