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

/** Where it is: a node of a backend, or the backend as a whole. */
export const placeOf = ({ backend, node }: Pick<Finding, 'backend' | 'node'>): string =>
  node === null ? backend : `${backend}/${node}`

/** The same about several nodes, said once. */
export interface FindingGroup {
  readonly key: string
  readonly first: Finding
  readonly places: readonly string[]
  readonly evidence: readonly string[]
}

/** Findings that say the same of several nodes or backends, taken together, in the order of the first. */
export function grouped(findings: readonly Finding[]): FindingGroup[] {
  const groups = new Map<string, Finding[]>()
  for (const finding of findings) {
    const key = ['finding', finding.id, finding.name, finding.severity, finding.says].join(' ')
    groups.set(key, [...(groups.get(key) ?? []), finding])
  }
  return [...groups].flatMap(([key, [first, ...more]]) =>
    first ? [{ key, first, places: placesOf([first, ...more]), evidence: evidenceOf([first, ...more]) }] : [],
  )
}

/** `shaky/n1, n2`, one entry for each backend. */
function placesOf(findings: readonly Finding[]): string[] {
  const byBackend = new Map<string, string[]>()
  for (const { backend, node } of findings)
    byBackend.set(backend, [...(byBackend.get(backend) ?? []), ...(node === null ? [] : [node])])
  return [...byBackend].map(([backend, nodes]) =>
    nodes.length === 0 ? backend : `${backend}/${nodes.join(', ')}`,
  )
}

/** What they have in common once; what is different, by its place. */
function evidenceOf(findings: readonly Finding[]): string[] {
  const [first, ...more] = findings
  if (!first || more.length === 0) return [...(first?.evidence ?? [])]
  const common = first.evidence.filter((clause) => more.every(({ evidence }) => evidence.includes(clause)))
  const own = findings.flatMap((finding) => {
    const rest = finding.evidence.filter((clause) => !common.includes(clause))
    return rest.length > 0 ? [`${finding.node ?? finding.backend}: ${rest.join(' and ')}`] : []
  })
  return [...common, ...own]
}

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
