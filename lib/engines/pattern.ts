import type { Pattern } from './roles.ts'

/** Finds the dialect that an operator pinned a name to. `*` stands for anything; names are compared as bytes. */
export function pinnedTo(patterns: readonly Pattern[]): (name: Buffer) => string | null {
  if (patterns.length === 0) return () => null
  const compiled = patterns.map(({ match, dialect }) => ({ dialect, test: glob(match) }))
  return (name) => {
    const text = name.toString('latin1')
    return compiled.find(({ test }) => test(text))?.dialect ?? null
  }
}

/** Without a regular expression: with several stars one may try a long name in more ways than there is time for. */
function glob(match: string): (name: string) => boolean {
  const [first = '', ...rest] = Buffer.from(match).toString('latin1').split('*')
  const last = rest.pop()
  if (last === undefined) return (name) => name === first
  return (name) => {
    if (!name.startsWith(first)) return false
    let at = first.length
    for (const part of rest) {
      const found = name.indexOf(part, at)
      if (found === -1) return false
      at = found + part.length
    }
    return name.length - at >= last.length && name.endsWith(last)
  }
}

/** What all names of a pattern begin with. */
export const literalPrefix = (match: string): string => match.slice(0, `${match}*`.indexOf('*'))
