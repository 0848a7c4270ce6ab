import type { Check, Finding } from '@/lib/fleet/finding.ts'
import type { Severity } from '@/lib/fleet/verdict.ts'
import type { Said } from '../states/looks.ts'
import { counted } from '../ui/format.ts'

export const SEVERITIES: Record<Severity, Said> = {
  alarm: { look: 'split', word: 'unsafe' },
  risk: { look: 'risk', word: 'weak' },
  note: { look: 'free', word: 'note' },
}

export const NOT_CHECKED: Said = { look: 'unknown', word: 'not checked' }

export const findingKey = ({ id, name, backend, node }: Finding): string =>
  ['finding', id, name, backend, node ?? ''].join(' ')

/** Where it is: a node of a backend, or the backend as a whole. */
export const placeOf = ({ backend, node }: Pick<Finding, 'backend' | 'node'>): string =>
  node === null ? backend : `${backend}/${node}`

/** Beside the page's title: how bad it is. */
export function foundWords(findings: readonly Finding[]): string {
  const alarms = findings.filter(({ severity }) => severity === 'alarm').length
  const risks = findings.filter(({ severity }) => severity === 'risk').length
  if (alarms > 0) return `${counted(alarms, 'finding')} can let two holders in or nobody.`
  if (risks > 0) return `${counted(risks, 'finding')} ${risks === 1 ? 'makes' : 'make'} locks weaker.`
  return 'Nothing about its set-up makes locks unsafe.'
}

/** What was looked at, so that silence means something. */
export function checksWords(checks: readonly Check[]): string {
  const found = checks.filter(({ outcome }) => outcome === 'found').length
  const missed = checks.filter(({ outcome }) => outcome === 'not-checked').length
  return [
    `${counted(checks.length, 'rule')} checked`,
    `${found} found something`,
    ...(missed > 0 ? [`${missed} could not be checked`] : []),
  ].join(', ')
}
