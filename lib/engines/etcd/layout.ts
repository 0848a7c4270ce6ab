/**
 * What etcd holds for a lock of ours: one key per hold or wait,
 *
 *   lockkeeper/<name>/<token>   value = json { since, ttl, owner }, on the lease of its process for that TTL
 *
 * In the key the name's own `/` and `%` are written `%2F` and `%25`, because a prefix read of `orders/` must not find
 * the entries of `orders/42`. The key with the lowest create revision under `lockkeeper/<name>/` holds; later ones wait
 * in that order. The create revision is the fence. `since` is the client's wall clock and only informs.
 */
export const PREFIX = 'lockkeeper/'
export const TOKEN_LENGTH = 32

const written = (name: string): string => name.replaceAll('%', '%25').replaceAll('/', '%2F')
const read = (part: string): string => part.replaceAll('%2F', '/').replaceAll('%25', '%')

export const queuePrefix = (name: string): string => `${PREFIX}${written(name)}/`
export const entryKey = (name: string, token: string): string => `${queuePrefix(name)}${token}`

/** The other way round; null when the key is not one of ours. */
export function parseEntryKey(key: string): { name: string; token: string } | null {
  const cut = key.lastIndexOf('/')
  const token = key.slice(cut + 1)
  const part = key.slice(PREFIX.length, cut)
  if (!key.startsWith(PREFIX) || part === '' || part.includes('/') || token.length !== TOKEN_LENGTH)
    return null
  return { name: read(part), token }
}
