import type { FleetNode } from '../node.ts'
import { number } from '../numbers.ts'
import type { Group } from './summary.ts'

export function bytes(count: number): string {
  if (count < 1e6) return `${Math.round(count / 1e3)} kB`
  if (count < 1e9) return `${Math.round(count / 1e6)} MB`
  return `${(count / 1e9).toFixed(1)} GB`
}

/** `a`, `a and b`, `a, b and c`, `a, b and 3 more`. */
export function listed(names: readonly string[]): string {
  if (names.length <= 1) return names[0] ?? ''
  const shown = names.length > 3 ? names.slice(0, 2) : names.slice(0, -1)
  const rest = names.length > 3 ? `${names.length - 2} more` : names.at(-1)
  return `${shown.join(', ')} and ${rest}`
}

export const namesOf = (nodes: readonly FleetNode[]): string => listed(nodes.map(({ name }) => name))

export const counted = (count: number, noun: string): string =>
  `${number(count)} ${noun}${count === 1 ? '' : 's'}`

/** For example these, as a clause; none where there are none. */
export const examplesOf = ({ examples }: Group): string[] =>
  examples.length > 0 ? [`for example ${examples.join(', ')}`] : []

/** `10.0.0.1` of `10.0.0.1:6379`. */
export const hostOf = (address: string): string => address.replace(/:\d+$/, '')
