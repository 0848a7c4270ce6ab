import { parseArgs } from 'node:util'
import { CANDIDATE_NAMES, type CandidateId, nameOf, OURS } from './candidates.ts'

/** What was asked for on the command line. */
export interface Settings {
  parts: readonly string[]
  rounds: number
  /** How long each of them has in each round. */
  turnMs: number
  /** How many locks, and how many keys in all, there are to be read. */
  locks: number
  keys: number
  takesPart(id: CandidateId): boolean
}

export const USAGE = `npm run bench -- [part ...] [--rounds 5] [--turn-ms 1000] [--locks 100000] [--keys 1000000] [--only ${OURS},redlock-5]`

export function readSettings(args: readonly string[]): Settings {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: { type: 'string', default: '5' },
      'turn-ms': { type: 'string', default: '1000' },
      locks: { type: 'string', default: '100000' },
      keys: { type: 'string', default: '1000000' },
      only: { type: 'string', default: '' },
    },
  })
  const only = values.only.split(',').filter(Boolean)
  const stray = only.find((name) => !CANDIDATE_NAMES.some((known) => known === name))
  if (stray) throw new Error(`There is no ${stray}. There are ${CANDIDATE_NAMES.join(', ')}.`)
  return {
    parts: positionals,
    rounds: positive(values.rounds, 'rounds'),
    turnMs: positive(values['turn-ms'], 'turn-ms'),
    locks: positive(values.locks, 'locks'),
    keys: positive(values.keys, 'keys'),
    takesPart: (id) => only.length === 0 || only.includes(nameOf(id)),
  }
}

function positive(text: string, name: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${name} is a whole number, at least 1`)
  return value
}
