import { readPublished } from './publish.ts'

/** `npm run faults:report`: what the fault tests found when they last ran here, as a table. */
const lines = readPublished().sort((a, b) => a.fault.localeCompare(b.fault, 'en', { numeric: true }))
const head = [
  'fault',
  'on',
  'grants',
  'overlaps',
  'late writes',
  'refused by the guard',
  'late without a guard',
  'note',
]
const rows = lines.map((line) => [
  ...[line.fault, line.backend, line.grants, line.overlaps],
  ...[line.lateWrites, line.refusedWrites, line.lateWritesUnguarded, line.note],
])
const table = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
process.stdout.write(`${table.join('\n')}\n`)
