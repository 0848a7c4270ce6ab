import { Recent } from './recent.ts'
import type { Digest } from './roles.ts'

const MOST = 50_000
const LONGEST = 128

/** For the voters of one quorum: they all have the same tokens, and a digest takes longer than anything else about them. */
export function recentDigest(digest: Digest): Digest {
  const recent = new Recent<string>(MOST)
  return (token) => {
    const bytes = Buffer.isBuffer(token) ? token : Buffer.from(token)
    if (bytes.length > LONGEST) return digest(bytes)
    const text = bytes.toString('latin1')
    const known = recent.get(text)
    if (known !== undefined) return known
    const made = digest(bytes)
    recent.set(text, made)
    return made
  }
}
