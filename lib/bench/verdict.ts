import { figure, table } from './table.ts'

/** Something that was measured, and what it should be; without a limit it is only published. */
export interface Finding {
  value: number
  /** Follows the value, as in "1.4 x raw". */
  of: string
  least?: number
  most?: number
}

export interface Line {
  scenario: string
  ours: string
  raw?: string
  peer?: string
  findings: readonly Finding[]
}

export function verdicts(lines: readonly Line[]): string {
  return table(
    ['scenario', 'ours', 'raw', 'best peer', 'measured', 'goal', 'verdict'],
    lines.map(({ scenario, ours, raw = '-', peer = '-', findings }) => [
      scenario,
      ours,
      raw,
      peer,
      findings.map(({ value, of }) => `${figure(value)} ${of}`).join(', '),
      findings.map(goalOf).filter(Boolean).join(', ') || '-',
      verdictOf(findings),
    ]),
  )
}

export function verdictOf(findings: readonly Finding[]): string {
  const bound = findings.filter(({ least, most }) => least !== undefined || most !== undefined)
  if (bound.length === 0) return 'published'
  const missed = bound.filter((finding) => !isMet(finding))
  return missed.length === 0 ? 'met' : `missed: ${missed.map(({ of }) => of).join(', ')}`
}

/** What could not be measured is not met. */
const isMet = ({ value, least, most }: Finding): boolean =>
  (least === undefined || value >= least) && (most === undefined || value <= most)

const goalOf = ({ of, least, most }: Finding): string => {
  if (least !== undefined) return `>= ${least} ${of}`
  if (most === 0) return `no ${of}`
  return most === undefined ? '' : `<= ${most} ${of}`
}
