import type { FindingRule } from './rule.ts'
import { hostOf, namesOf } from './words.ts'

const LOOPBACK = /^(127\.|localhost$|\[?::1\]?$)/

export const openDoor: FindingRule = {
  id: 'W21',
  name: 'open-door',
  looksFor: 'servers that ask for no password',
  find({ backend, known }) {
    if (backend.demo) return []
    const open = known.filter((node) => node.open === true)
    if (open.length === 0) return []
    const local = open.every(({ address }) => LOOPBACK.test(hostOf(address)))
    return [
      {
        severity: local ? 'note' : 'risk',
        node: open.length === 1 ? (open[0]?.name ?? null) : null,
        says: 'Whoever reaches it can delete every lock: it asks for no password.',
        evidence: [`${namesOf(open)}${local ? ', on this host only' : ''}`],
        suggests: 'Give its users passwords, and the reader rights to read only',
      },
    ]
  },
}
