import type { Pattern } from './roles.ts'

/** Finds the dialect that an operator pinned a name to. `*` stands for anything; names are compared as bytes. */
export function pinnedTo(patterns: readonly Pattern[]): (name: Buffer) => string | null {
  if (patterns.length === 0) return () => null
  const compiled = patterns.map(({ match, dialect }) => ({ dialect, test: glob(match) }))
  return (name) => {
    const text = name.toString('latin1')
    return compiled.find(({ test }) => test.test(text))?.dialect ?? null
  }
}

function glob(match: string): RegExp {
  const parts = Buffer.from(match).toString('latin1').split('*')
  return new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`, 's')
}

/** What all names of a pattern begin with. */
export const literalPrefix = (match: string): string => match.slice(0, `${match}*`.indexOf('*'))
