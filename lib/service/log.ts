/** Writes one JSON line per entry. Nothing that a store or a configuration said goes in here but names. */
export type Log = (level: 'info' | 'warn' | 'error', message: string, facts?: Record<string, unknown>) => void

export const openLog =
  (write: (line: string) => void): Log =>
  (level, message, facts = {}) =>
    write(`${JSON.stringify({ at: new Date().toISOString(), level, message, ...facts })}\n`)

/** What an unexpected error says to whoever runs the console: without what was being handled. */
export const errorFacts = (error: unknown): Record<string, unknown> =>
  error instanceof Error
    ? { error: error.name, says: withoutUserinfo(error.message), stack: frames(error) }
    : { error: typeof error }

/** Credentials of a URL never go into a log or a message; up to the last @, since a password may have one in it, too. */
export const withoutUserinfo = (text: string): string => text.replace(/\/\/\S*@/g, '//***@')

const frames = (error: Error): string[] =>
  (error.stack ?? '')
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 6)
    .map((line) => line.trim())
