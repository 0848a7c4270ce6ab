import { counted, spoken } from '../ui/format.ts'
import type { GraphBox, WaitsGraph } from './graph.ts'

/** More names than these nobody listens to. */
const MOST_NAMES = 5

/** A box with its lines, for whoever hears it: `settlement, holds orders/42, holds up 3`. */
export function boxSays(box: GraphBox, graph: WaitsGraph): string {
  const edges = [...graph.forward, ...graph.back.map(({ edge }) => edge)]
  const names = (ids: readonly string[]) => listed(ids.flatMap((id) => nameOf(graph.boxes.get(id))))
  const after = names(edges.filter(({ from }) => from === box.id).map(({ to }) => to))
  const before = names(edges.filter(({ to }) => to === box.id).map(({ from }) => from))
  const knot = box.isKnotted ? ['in a deadlock'] : []
  if (box.is === 'rest')
    return `${counted(box.waits.length, 'more waits', 'more wait')} for ${box.lock.name}: ${listed(box.labels)}`
  if (box.is === 'lock')
    return [
      `lock ${box.lock.name} on ${box.lock.backend}`,
      `held by ${before}`,
      `waited for by ${after}`,
      ...knot,
    ].join(', ')
  return [
    box.party.label,
    ...knot,
    ...(after === '' ? [] : [`holds ${after}`]),
    ...(before === '' ? [] : [`waits for ${before}`]),
    ...(box.party.downstream ? [`holds up ${box.party.downstream}`] : []),
  ].join(', ')
}

const listed = (names: readonly string[]): string =>
  names.length > MOST_NAMES
    ? `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more`
    : spoken(names)

function nameOf(box: GraphBox | undefined): string[] {
  if (box === undefined) return []
  if (box.is === 'party') return [box.party.label]
  return box.is === 'lock' ? [box.lock.name] : box.labels.slice()
}
