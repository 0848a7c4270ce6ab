import type { FindingRule, Found } from './rule.ts'
import { namesOf } from './words.ts'

export const noPersistence: FindingRule = {
  id: 'W6',
  name: 'no-persistence',
  looksFor: 'servers that forget every lock when they restart',
  find({ backend, known, voters }) {
    if (backend.kind !== 'redis' && backend.kind !== 'redlock') return []
    const found: Found[] = []
    for (const node of voters) {
      const kept = known.includes(node) ? node.persistence : null
      if (!kept) continue
      if (kept.failing)
        found.push({
          name: 'saves-fail',
          severity: 'alarm',
          node: node.name,
          says: 'Its last attempt to write to disk failed: a restart brings back an old state, or none.',
          evidence: ['the last save or append ended with an error'],
          suggests: 'Look at its log and its disk',
        })
      else if (kept.appendOnly === false && kept.snapshots !== true)
        found.push({
          severity: kept.snapshots === false ? 'risk' : 'note',
          node: node.name,
          says:
            kept.snapshots === false
              ? 'It keeps nothing on disk: a restart forgets every lock.'
              : 'It appends nothing to disk: a restart forgets at least the newest locks.',
          evidence: [
            'append-only file off',
            kept.snapshots === false ? 'no snapshots' : 'snapshots not known',
          ],
          suggests: 'Turn on the append-only file with fsync always, or check fences',
        })
      else if (kept.appendOnly === false)
        found.push({
          name: 'snapshots-only',
          severity: 'note',
          node: node.name,
          says: 'It keeps snapshots only: a crash forgets every lock since the last one.',
          evidence: ['append-only file off'],
          suggests: 'Turn on the append-only file with fsync always, or check fences',
        })
    }
    return found
  },
  misses({ backend, known }) {
    if (backend.kind !== 'redis' && backend.kind !== 'redlock') return null
    const silent = known.filter(({ persistence }) => !persistence)
    return silent.length > 0 ? `${namesOf(silent)} may not be asked` : null
  },
}
